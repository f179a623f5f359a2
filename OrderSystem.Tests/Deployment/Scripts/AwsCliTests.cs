using System.Text.RegularExpressions;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.Tests.Deployment.Scripts;

/// <summary>
/// Runs the scripts with the real AWS CLI: the CLI accepts the scripts' options, and the scripts can parse the CLI's output.
/// </summary>
public sealed partial class AwsCliTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aws-cli-");
    private CloudFormationEndpoint _endpoint = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await CloudFormationEndpoint.StartAsync(CancellationToken);
        foreach (var package in new[] { "api", "processor", "workflow" })
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, $"{package}.zip"), package, CancellationToken);
        WriteCli(_folder.CreateSubdirectory("bin").FullName, new Uri(_endpoint.Address));
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_stack_is_created_updated_left_unchanged_and_deleted()
    {
        await SkipWithoutAsync();
        var created = await DeployAsync("y\n");
        Assert.True(created.ExitCode == 0, created.Error);
        Assert.Matches("account 123456789012, region eu-central-1, as arn:aws:iam::123456789012:user/dev", created.Output);
        Assert.Matches(@"add +OrdersTable +AWS::DynamoDB::Table", created.Output);
        Assert.Matches(@"REPLACE +PaymentsTable +AWS::DynamoDB::Table +Properties, Tags", created.Output);
        Assert.Matches(@"ApiUrl +https://api", created.Output);
        Assert.Equal(["TablePrefix=orders-test-"], _endpoint.Parameters);
        Assert.Equal("CREATE_COMPLETE", _endpoint.Status);
        // The uploads are three packages, the state machine and the template.
        Assert.Equal(5, _endpoint.Uploads.Count);

        var refused = await DeployAsync("", "--yes", "--parameter", "LogRetentionInDays=90");
        Assert.Contains("--yes never replaces or removes resources that hold data", refused.Error, StringComparison.Ordinal);
        Assert.Equal("CREATE_COMPLETE", _endpoint.Status);

        var updated = await DeployAsync("y\n", "--parameter", "LogRetentionInDays=90");
        Assert.True(updated.ExitCode == 0, updated.Error);
        Assert.Equal(["TablePrefix=(kept)", "LogRetentionInDays=90", "DataDeletionPolicy=(kept)"], _endpoint.Parameters);
        Assert.Equal("UPDATE_COMPLETE", _endpoint.Status);

        _endpoint.Unchanged = true;
        var unchanged = await DeployAsync("");
        Assert.True(unchanged.ExitCode == 0, unchanged.Error);
        Assert.Contains("nothing to change", unchanged.Output, StringComparison.Ordinal);

        var destroyed = await RunAsync("destroy.sh", "orders-test\n", "--stack-name", "orders-test");
        Assert.True(destroyed.ExitCode == 0, destroyed.Error);
        Assert.Matches(@"Kept[^\n]+\n +OrdersTable +AWS::DynamoDB::Table|Kept[^\n]+\n +DeadLetterQueue", destroyed.Output);
        Assert.Contains("DeadLetterQueue holds 2 messages.", destroyed.Output, StringComparison.Ordinal);
        Assert.Null(_endpoint.Status);
    }

    [Fact]
    public async Task Failed_resources_of_this_deployment_are_listed_in_order_of_failure()
    {
        await SkipWithoutAsync();
        _endpoint.Status = "CREATE_COMPLETE";
        _endpoint.Fails = true;
        var run = await DeployAsync("y\n");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"first +CREATE_FAILED +it couldn't\n +second", run.Error);
        Assert.DoesNotContain("long ago", run.Error, StringComparison.Ordinal);
        Assert.Contains("could not be updated and was rolled back", run.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Writes a script <c>aws</c> that runs the AWS CLI and sends all its requests to one address, regardless of the
    /// machine's AWS configuration.
    /// </summary>
    internal static void WriteCli(string tools, Uri endpoint) => ScriptRun.WriteTool(tools, "aws", $$"""
        #!/usr/bin/env bash
        PATH=${PATH#*:}
        export AWS_ENDPOINT_URL={{endpoint}} AWS_DEFAULT_REGION="$AWS_REGION" AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
        exec aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
        """);

    /// <summary>
    /// Skips the test unless the AWS CLI supports <c>AWS_ENDPOINT_URL</c>. An older version of the CLI would ignore the
    /// variable and send its requests to AWS.
    /// </summary>
    internal static async Task SkipWithoutAsync()
    {
        var (exitCode, output) = await Tool.RunAsync("aws", ["--version"], CancellationToken);
        var version = exitCode == 0 && Version().Match(output) is { Success: true } match ? System.Version.Parse(match.Groups["version"].Value) : new(0, 0);
        Assert.SkipUnless(version >= new Version(2, 13) || version.Major == 1 && version >= new Version(1, 29, 15),
            $"The test needs AWS CLI 2.13 or later, or 1.29.15 or later. Installed is {output.Trim()}.");
    }

    private Task<ScriptRun> DeployAsync(string answer, params IEnumerable<string> arguments) =>
        RunAsync("deploy.sh", answer, ["--stack-name", "orders-test", "--s3-bucket", "packages", "--no-build", "--output", _folder.FullName, .. arguments]);

    private Task<ScriptRun> RunAsync(string script, string answer, params IEnumerable<string> arguments) =>
        ScriptRun.RunAsync(script, Path.Combine(_folder.FullName, "bin"), answer, arguments);

    [GeneratedRegex(@"aws-cli/(?<version>\d+\.\d+\.\d+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
