using System.Net;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Sqs;

/// <summary>Tests the operations that start, list and cancel message move tasks.</summary>
public sealed class MessageMoveApiTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_started_task_is_listed_with_its_result()
    {
        var (source, dead) = await CreateQueuesAsync();
        await CallAsync("SendMessage", new JsonObject { ["QueueUrl"] = source, ["MessageBody"] = "x" });
        for (var receive = 0; receive < 2; receive++)
            await CallAsync("ReceiveMessage", new JsonObject { ["QueueUrl"] = source, ["VisibilityTimeout"] = 0 });
        var started = await CallAsync("StartMessageMoveTask", new JsonObject { ["SourceArn"] = dead, ["MaxNumberOfMessagesPerSecond"] = 500 });
        Assert.NotNull((string?)started["TaskHandle"]);
        JsonNode listed;
        do
            listed = Assert.Single((await CallAsync("ListMessageMoveTasks", new JsonObject { ["SourceArn"] = dead }))["Results"]!.AsArray())!;
        while ((string?)listed["Status"] == "RUNNING");
        Assert.Equal(("COMPLETED", 1, 1), ((string?)listed["Status"], (int)listed["ApproximateNumberOfMessagesMoved"]!, (int)listed["ApproximateNumberOfMessagesToMove"]!));
        Assert.Null(listed["TaskHandle"]);
        var received = await CallAsync("ReceiveMessage", new JsonObject { ["QueueUrl"] = source });
        Assert.Equal("x", (string?)received["Messages"]![0]!["Body"]);
    }

    [Fact]
    public async Task Wrong_requests_are_refused()
    {
        var (source, dead) = await CreateQueuesAsync();
        var sourceArn = await ArnAsync(source);
        const string Missing = "arn:aws:sqs:us-east-1:000000000000:missing";
        await RefusedAsync("StartMessageMoveTask", new JsonObject { ["SourceArn"] = Missing }, HttpStatusCode.NotFound, "ResourceNotFoundException");
        await RefusedAsync("StartMessageMoveTask", new JsonObject { ["SourceArn"] = sourceArn }, HttpStatusCode.BadRequest, "InvalidParameterValue");
        await RefusedAsync("StartMessageMoveTask", new JsonObject { ["SourceArn"] = dead, ["DestinationArn"] = Missing }, HttpStatusCode.NotFound, "ResourceNotFoundException");
        await RefusedAsync("StartMessageMoveTask", new JsonObject { ["SourceArn"] = dead, ["MaxNumberOfMessagesPerSecond"] = 501 }, HttpStatusCode.BadRequest, "InvalidParameterValue");
        await RefusedAsync("ListMessageMoveTasks", new JsonObject { ["SourceArn"] = dead, ["MaxResults"] = 11 }, HttpStatusCode.BadRequest, "InvalidParameterValue");
        await RefusedAsync("CancelMessageMoveTask", new JsonObject { ["TaskHandle"] = "no handle" }, HttpStatusCode.BadRequest, "InvalidParameterValue");
        await RefusedAsync("CancelMessageMoveTask", new JsonObject { ["TaskHandle"] = Handle(dead) }, HttpStatusCode.NotFound, "ResourceNotFoundException");
        await RefusedAsync("CancelMessageMoveTask", new JsonObject { ["TaskHandle"] = Handle(Missing) }, HttpStatusCode.NotFound, "ResourceNotFoundException");
    }

    private static string Handle(string sourceArn) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($$"""{"taskId":"1","sourceArn":"{{sourceArn}}"}"""));

    private async Task<(string SourceUrl, string DeadArn)> CreateQueuesAsync()
    {
        var name = $"move-{Guid.NewGuid():N}";
        var dead = await ArnAsync((string)(await CallAsync("CreateQueue", new JsonObject { ["QueueName"] = $"{name}-dead" }))["QueueUrl"]!);
        var source = await CallAsync("CreateQueue", new JsonObject
        {
            ["QueueName"] = name,
            ["Attributes"] = new JsonObject { ["RedrivePolicy"] = new JsonObject { ["deadLetterTargetArn"] = dead, ["maxReceiveCount"] = 1 }.ToJsonString() },
        });
        return ((string)source["QueueUrl"]!, dead);
    }

    private async Task<string> ArnAsync(string url) =>
        (string)(await CallAsync("GetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["AttributeNames"] = new JsonArray("QueueArn") }))["Attributes"]!["QueueArn"]!;

    private async Task RefusedAsync(string operation, JsonObject request, HttpStatusCode status, string code)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request.ToJsonString()) };
        message.Headers.Add("X-Amz-Target", $"AmazonSQS.{operation}");
        using var response = await cloud.Client.SendAsync(message, CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!["__type"]);
    }

    private Task<JsonNode> CallAsync(string operation, JsonObject request) => HopRig.CallAsync(cloud.Client, $"AmazonSQS.{operation}", request.ToJsonString());
}
