using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Tests.Storage;

/// <summary>Tests the file permissions of the data folder.</summary>
public sealed class PrivateDataTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("local-cloud-");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_folder_and_file_is_accessible_only_to_its_user()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes: a file inherits the access control list of its folder.");
            return;
        }

        var data = new DirectoryInfo(Path.Combine(_folder.FullName, "data"));
        await RunAsync(data);
        AssertPrivate(data);

        // Set the file permissions that an earlier version of LocalCloud used.
        foreach (var entry in data.EnumerateFileSystemInfos("*", SearchOption.AllDirectories))
            entry.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        await RunAsync(data);
        AssertPrivate(data);
    }

    [Fact]
    public async Task An_existing_folder_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes: a file inherits the access control list of its folder.");
            return;
        }

        _folder.UnixFileMode = Private | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
        await RunAsync(_folder);
        _folder.Refresh();
        Assert.Equal(Private | UnixFileMode.UserExecute | UnixFileMode.GroupRead, _folder.UnixFileMode);
    }

    /// <summary>Starts LocalCloud and writes to all of its stores.</summary>
    private static async Task RunAsync(DirectoryInfo data)
    {
        await using var host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DataDirectory = data.FullName }, CancellationToken);
        host.Services.GetRequiredService<FunctionRegistry>().CreateOrUpdate(new FunctionConfiguration { Name = "function", Handler = "Handler" });
        using var client = new HttpClient { BaseAddress = host.Address };
        await SendAsync(HttpMethod.Post, "/", "AmazonSQS.CreateQueue", """{"QueueName":"queue","Attributes":{"DelaySeconds":"0"}}""");
        await SendAsync(HttpMethod.Post, "/", "AmazonSQS.SendMessage", """{"QueueUrl":"http://localhost/000000000000/queue","MessageBody":"secret"}""");
        await SendAsync(HttpMethod.Post, "/", "AmazonSQS.PurgeQueue", """{"QueueUrl":"http://localhost/000000000000/queue"}""");
        await SendAsync(HttpMethod.Post, "/", "AWSStepFunctions.CreateActivity", """{"name":"activity"}""");
        await SendAsync(HttpMethod.Put, "/2019-09-25/functions/function/event-invoke-config", "", """{"MaximumRetryAttempts":1}""");
        await SendAsync(HttpMethod.Post, "/2015-03-31/event-source-mappings/", "", """{"FunctionName":"function","EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:queue","Enabled":false}""");
        await SendAsync(HttpMethod.Post, "/2015-03-31/functions/function/invocations", "", "{}");

        async Task SendAsync(HttpMethod method, string path, string target, string body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };
            if (target.Length > 0)
                request.Headers.Add("X-Amz-Target", target);
            if (path.EndsWith("/invocations", StringComparison.Ordinal))
                request.Headers.Add("X-Amz-Invocation-Type", "Event");
            using var response = await client.SendAsync(request, CancellationToken);
            Assert.True(response.IsSuccessStatusCode || (int)response.StatusCode == 409, await response.Content.ReadAsStringAsync(CancellationToken));
        }
    }

    private static void AssertPrivate(DirectoryInfo data)
    {
        data.Refresh();
        var files = data.GetFiles("*", SearchOption.AllDirectories);
        Assert.Equal(
            ["event-source-mappings/mappings.json", "lambda/asynchronous-invocations/function.journal", "lambda/event-invoke-configs.json",
                "sqs/queue.journal", "sqs/queues.json", "step-functions/step-functions.db", "step-functions/step-functions.db.lock"],
            files.Select(file => Path.GetRelativePath(data.FullName, file.FullName))
                .Where(name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(Private, file.UnixFileMode));
        Assert.All(data.GetDirectories("*", SearchOption.AllDirectories).Append(data), folder => Assert.Equal(Private | UnixFileMode.UserExecute, folder.UnixFileMode));
    }
}
