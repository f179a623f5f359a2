using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Sqs;

/// <summary>Tests what happens to queues created through the API when LocalCloud restarts with the same data folder.</summary>
public sealed class QueueRestartTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sqs-").FullName;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Queues_keep_attributes_and_messages_and_deletions_across_a_restart()
    {
        await RunAsync(async client =>
        {
            await CallAsync(client, "CreateQueue", """{"QueueName":"kept","Attributes":{"VisibilityTimeout":"7"}}""");
            await CallAsync(client, "SetQueueAttributes", """{"QueueUrl":"http://x/000000000000/kept","Attributes":{"DelaySeconds":"0","MessageRetentionPeriod":"600"}}""");
            await CallAsync(client, "SendMessage", """{"QueueUrl":"http://x/000000000000/kept","MessageBody":"hello"}""");
            await CallAsync(client, "CreateQueue", """{"QueueName":"gone"}""");
            await CallAsync(client, "DeleteQueue", """{"QueueUrl":"http://x/000000000000/gone"}""");
        });

        await RunAsync(async client =>
        {
            var queues = (await CallAsync(client, "ListQueues", "{}"))["QueueUrls"]!.AsArray().Select(url => ((string)url!).Split('/')[^1]);
            Assert.Equal(["kept"], queues);
            var attributes = (await CallAsync(client, "GetQueueAttributes", """{"QueueUrl":"http://x/000000000000/kept","AttributeNames":["All"]}"""))["Attributes"]!;
            Assert.Equal(("7", "600"), ((string?)attributes["VisibilityTimeout"], (string?)attributes["MessageRetentionPeriod"]));
            var received = await CallAsync(client, "ReceiveMessage", """{"QueueUrl":"http://x/000000000000/kept"}""");
            Assert.Equal("hello", (string?)Assert.Single(received["Messages"]!.AsArray())!["Body"]);
        });
    }

    private async Task RunAsync(Func<HttpClient, Task> use)
    {
        await using var host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DataDirectory = _data }, CancellationToken);
        using var client = new HttpClient { BaseAddress = host.Address };
        await use(client);
    }

    private static Task<JsonNode> CallAsync(HttpClient client, string operation, string body) => HopRig.CallAsync(client, $"AmazonSQS.{operation}", body);
}
