using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Tests.Packages;

namespace OrderSystem.LocalCloud.Tests.Hosting;

/// <summary>
/// Builds and runs the Greetings sample as another repository would: outside the solution, with the package of LocalCloud's
/// Aspire integration from a local folder.
/// </summary>
[Collection(nameof(PackedLibraries))]
public sealed partial class SampleTests(PackedLibraries packages) : IDisposable
{
    private const int SigTerm = 15;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("greetings-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 300_000)]
    public async Task The_packed_integration_builds_and_runs_a_separate_AppHost()
    {
        PackedLibraries.CopySample("Greetings", _folder.FullName);
        await packages.BuildAsync(Path.Combine(_folder.FullName, "AppHost"), "LocalCloudHostingVersion", CancellationToken);

        using var appHost = Start();
        try
        {
            var (localCloud, dynamoDb) = await LocalCloudAsync(appHost);
            await GreetAsync(localCloud, dynamoDb);
        }
        finally
        {
            _ = Kill(appHost.Id, SigTerm);
            await Task.WhenAny(appHost.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken));
            if (!appHost.HasExited)
                appHost.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task The_documentation_shows_the_current_sample()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "aspire.md"), CancellationToken);
        foreach (var file in new[] { "AppHost/AppHost.csproj", "AppHost/Program.cs", "Functions/Program.cs", "template.yaml" })
            Assert.Contains((await File.ReadAllTextAsync(Path.Combine(Repository.Root, "local-cloud", "samples", "Greetings", file), CancellationToken)).Trim(), page, StringComparison.Ordinal);
    }

    private Process Start()
    {
        var folder = Path.Combine(_folder.FullName, "AppHost");
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(folder, "bin", "Debug", "net10.0", "AppHost.dll")]) { WorkingDirectory = folder, UseShellExecute = false };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["DcpPublisher__RandomizePorts"] = "true",
            ["DcpPublisher__WaitForResourceCleanup"] = "true",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://127.0.0.1:0",
            ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        })
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>
    /// Finds the LocalCloud process by its command line, which contains the template's path. LocalCloud's port is random and
    /// is also read from the command line.
    /// </summary>
    private async Task<(Uri LocalCloud, Uri DynamoDb)> LocalCloudAsync(Process appHost)
    {
        while (true)
        {
            Assert.False(appHost.HasExited, "the AppHost exited while it started");
            foreach (var process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _)))
            {
                if (Read(process, "cmdline") is not { } command || !command.Contains(Path.Combine(_folder.FullName, "template.yaml"))
                    || !command.Contains("--port") || command[0] != "dotnet" && !command[0].EndsWith("/dotnet", StringComparison.Ordinal))
                    continue;
                var dynamoDb = Read(process, "environ")?.FirstOrDefault(variable => variable.StartsWith("AWS_ENDPOINT_URL_DYNAMODB=", StringComparison.Ordinal));
                if (dynamoDb is not null)
                    return (new Uri($"http://127.0.0.1:{command[Array.IndexOf(command, "--port") + 1]}"), new Uri(dynamoDb.Split('=', 2)[1]));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken);
        }
    }

    private static async Task GreetAsync(Uri localCloud, Uri dynamoDb)
    {
        using var states = new AwsJson(localCloud, "states");
        using var tables = new AwsJson(dynamoDb, "dynamodb");
        while (!await states.IsHealthyAsync(CancellationToken))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken);
        await WaitUntilServedAsync(localCloud, "aws-GreetFunction");
        var table = (string)(await tables.CallAsync("DynamoDB_20120810.ListTables", [], CancellationToken))["TableNames"]![0]!;
        await tables.CallAsync("DynamoDB_20120810.PutItem", new JsonObject
        {
            ["TableName"] = table,
            ["Item"] = new JsonObject { ["id"] = new JsonObject { ["S"] = "n-1" }, ["name"] = new JsonObject { ["S"] = "Ada" } },
        }, CancellationToken);
        var machine = (string)(await states.CallAsync("AWSStepFunctions.ListStateMachines", [], CancellationToken))["stateMachines"]![0]!["stateMachineArn"]!;
        var execution = machine.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal) + ":n-1";
        while (true)
        {
            var described = await DescribeAsync(states, execution);
            if ((string?)described?["status"] is "SUCCEEDED")
            {
                Assert.Equal("Hello, Ada!", (string?)JsonNode.Parse((string)described!["output"]!)!["greeting"]);
                return;
            }

            Assert.True((string?)described?["status"] is null or "RUNNING", described?.ToJsonString());
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken);
        }
    }

    /// <summary>
    /// Invokes the function repeatedly until it responds. On a busy machine, an invocation may time out before the function's
    /// process has started.
    /// </summary>
    private static async Task WaitUntilServedAsync(Uri localCloud, string function)
    {
        using var http = new HttpClient();
        HttpResponseMessage response;
        do
        {
            response = await http.PostAsync(new Uri(localCloud, $"/2015-03-31/functions/{function}/invocations"), new StringContent("""{"name":"Ada"}"""), CancellationToken);
            response.Dispose();
        }
        while (response.StatusCode == HttpStatusCode.InternalServerError);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<JsonObject?> DescribeAsync(AwsJson states, string execution)
    {
        try
        {
            return await states.CallAsync("AWSStepFunctions.DescribeExecution", new JsonObject { ["executionArn"] = execution }, CancellationToken);
        }
        catch (HttpRequestException)
        {
            // The execution does not exist yet, because the item has not arrived through the stream.
            return null;
        }
    }

    private static string[]? Read(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file)).Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [System.Runtime.InteropServices.LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
