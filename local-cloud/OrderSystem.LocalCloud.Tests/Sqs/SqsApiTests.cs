using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Sqs;

public class SqsApiTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_delivered_with_its_digests_and_attributes()
    {
        var url = await CreateQueueAsync();
        var sent = await CallAsync("SendMessage", new JsonObject
        {
            ["QueueUrl"] = url,
            ["MessageBody"] = "hello",
            ["MessageAttributes"] = new JsonObject { ["kind"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = "greeting" } },
        });
        Assert.Equal("5d41402abc4b2a76b9719d911017c592", (string?)sent["MD5OfMessageBody"]);
        var received = await CallAsync("ReceiveMessage", new JsonObject
        {
            ["QueueUrl"] = url,
            ["MessageAttributeNames"] = new JsonArray("All"),
            ["AttributeNames"] = new JsonArray("ApproximateReceiveCount"),
        });
        var message = Assert.Single(received["Messages"]!.AsArray())!;
        Assert.Equal((string?)sent["MD5OfMessageAttributes"], (string?)message["MD5OfMessageAttributes"]);
        Assert.Equal("1", (string?)message["Attributes"]!["ApproximateReceiveCount"]);
        Assert.Equal("greeting", (string?)message["MessageAttributes"]!["kind"]!["StringValue"]);
        await CallAsync("DeleteMessage", new JsonObject { ["QueueUrl"] = url, ["ReceiptHandle"] = message["ReceiptHandle"]!.DeepClone() });
        var attributes = await CallAsync("GetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["AttributeNames"] = new JsonArray("All") });
        Assert.Equal("0", (string?)attributes["Attributes"]!["ApproximateNumberOfMessagesNotVisible"]);
    }

    [Fact]
    public async Task Each_entry_of_a_batch_succeeds_or_fails_on_its_own()
    {
        var url = await CreateQueueAsync();
        var answer = await CallAsync("SendMessageBatch", new JsonObject
        {
            ["QueueUrl"] = url,
            ["Entries"] = new JsonArray(
                new JsonObject { ["Id"] = "good", ["MessageBody"] = "x" },
                new JsonObject { ["Id"] = "late", ["MessageBody"] = "x", ["DelaySeconds"] = 901 }),
        });
        Assert.Equal("good", (string?)Assert.Single(answer["Successful"]!.AsArray())!["Id"]);
        Assert.Equal("late", (string?)Assert.Single(answer["Failed"]!.AsArray())!["Id"]);
    }

    [Fact]
    public async Task A_missing_queue_returns_the_error_of_either_protocol()
    {
        using var response = await SendAsync("ReceiveMessage", new JsonObject { ["QueueUrl"] = "http://localhost/000000000000/nowhere" });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("AWS.SimpleQueueService.NonExistentQueue;Sender", response.Headers.GetValues("x-amzn-query-error").Single());
        Assert.Contains("QueueDoesNotExist", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CreateQueue", """{"QueueName":"source"}""")]
    [InlineData("SetQueueAttributes", """{"QueueUrl":"URL"}""")]
    public async Task A_redrive_policy_with_a_missing_queue_is_refused(string operation, string body)
    {
        var request = JsonNode.Parse(body.Replace("URL", await CreateQueueAsync(), StringComparison.Ordinal))!.AsObject();
        request["Attributes"] = new JsonObject { ["RedrivePolicy"] = """{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:nowhere","maxReceiveCount":1}""" };
        using var response = await SendAsync(operation, request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Dead letter target does not exist.", await response.Content.ReadAsStringAsync(CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queues_can_be_listed_found_purged_and_changed()
    {
        var url = await CreateQueueAsync();
        var name = url[(url.LastIndexOf('/') + 1)..];
        var listed = await CallAsync("ListQueues", new JsonObject { ["QueueNamePrefix"] = name });
        Assert.Equal(url, (string?)Assert.Single(listed["QueueUrls"]!.AsArray()));
        Assert.Equal(url, (string?)(await CallAsync("GetQueueUrl", new JsonObject { ["QueueName"] = name }))["QueueUrl"]);
        await CallAsync("SetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["Attributes"] = new JsonObject { ["VisibilityTimeout"] = "5" } });
        await CallAsync("SendMessage", new JsonObject { ["QueueUrl"] = url, ["MessageBody"] = "x" });
        await CallAsync("PurgeQueue", new JsonObject { ["QueueUrl"] = url });
        var attributes = (await CallAsync("GetQueueAttributes", new JsonObject
        {
            ["QueueUrl"] = url,
            ["AttributeNames"] = new JsonArray("VisibilityTimeout", "ApproximateNumberOfMessages"),
        }))["Attributes"]!;
        Assert.Equal("5", (string?)attributes["VisibilityTimeout"]);
        Assert.Equal("0", (string?)attributes["ApproximateNumberOfMessages"]);
    }

    [Theory]
    [InlineData("SendMessage", "[]", "SerializationException")]
    [InlineData("SendMessage", """{"QueueUrl":5,"MessageBody":"x"}""", "SerializationException")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":["x"]}""", "SerializationException")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"x","DelaySeconds":"soon"}""", "SerializationException")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"x","DelaySeconds":901}""", "InvalidParameterValue")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"x","MessageAttributes":{"a":5}}""", "SerializationException")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"x","MessageAttributes":{"a":{"DataType":"Colour","StringValue":"red"}}}""", "InvalidParameterValue")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"x","MessageAttributes":{"a":{"DataType":"String"}}}""", "InvalidParameterValue")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"x","MessageAttributes":{"a":{"DataType":"Binary","BinaryValue":"***"}}}""", "SerializationException")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":""}""", "MissingParameter")]
    [InlineData("SendMessage", """{"QueueUrl":"URL","MessageBody":"a\u0000b"}""", "InvalidMessageContents")]
    [InlineData("SendMessageBatch", """{"QueueUrl":"URL","Entries":{"Id":"a"}}""", "SerializationException")]
    [InlineData("SendMessageBatch", """{"QueueUrl":"URL","Entries":["a"]}""", "SerializationException")]
    [InlineData("ReceiveMessage", """{"QueueUrl":"URL","AttributeNames":"All"}""", "SerializationException")]
    [InlineData("ReceiveMessage", """{"QueueUrl":"URL","MaxNumberOfMessages":11}""", "InvalidParameterValue")]
    [InlineData("CreateQueue", """{"QueueName":"q","Attributes":[]}""", "SerializationException")]
    [InlineData("ListQueues", """{"MaxResults":0}""", "InvalidParameterValue")]
    public async Task Malformed_requests_return_a_client_error(string operation, string request, string code)
    {
        using var response = await SendAsync(operation, request.Replace("URL", await CreateQueueAsync(), StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(code, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!["__type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_and_its_attributes_share_the_size_limit()
    {
        var url = await CreateQueueAsync();
        await CallAsync("SetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["Attributes"] = new JsonObject { ["MaximumMessageSize"] = "1024" } });
        JsonObject Message(int attribute) => new()
        {
            ["QueueUrl"] = url,
            ["MessageBody"] = new string('x', 1000),
            ["MessageAttributes"] = new JsonObject { ["a"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = new string('y', attribute) } },
        };
        await CallAsync("SendMessage", Message(17));
        using var refused = await SendAsync("SendMessage", Message(18));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task A_long_list_of_queues_is_returned_in_pages()
    {
        var prefix = $"paged-{Guid.NewGuid():N}-";
        for (var i = 0; i < 5; i++)
            await CallAsync("CreateQueue", new JsonObject { ["QueueName"] = $"{prefix}{i}" });
        var listed = new List<string>();
        string? next = null;
        do
        {
            var page = await CallAsync("ListQueues", new JsonObject { ["QueueNamePrefix"] = prefix, ["MaxResults"] = 2, ["NextToken"] = next });
            listed.AddRange(page["QueueUrls"]!.AsArray().Select(url => ((string)url!)[^1..]));
            next = (string?)page["NextToken"];
        }
        while (next is not null);
        Assert.Equal(["0", "1", "2", "3", "4"], listed);
    }

    private async Task<string> CreateQueueAsync() =>
        (string)(await CallAsync("CreateQueue", new JsonObject { ["QueueName"] = $"queue-{Guid.NewGuid():N}" }))["QueueUrl"]!;

    private async Task<JsonNode> CallAsync(string operation, JsonObject request)
    {
        using var response = await SendAsync(operation, request);
        var text = await response.Content.ReadAsStringAsync(CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    private Task<HttpResponseMessage> SendAsync(string operation, JsonObject request) => SendAsync(operation, request.ToJsonString());

    private Task<HttpResponseMessage> SendAsync(string operation, string request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(request, Encoding.UTF8, "application/x-amz-json-1.0") };
        message.Headers.Add("X-Amz-Target", $"AmazonSQS.{operation}");
        return cloud.Client.SendAsync(message, CancellationToken);
    }
}
