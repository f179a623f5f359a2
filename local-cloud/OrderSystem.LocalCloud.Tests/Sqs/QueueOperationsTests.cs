using System.Net;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.Sqs;

/// <summary>Tests tags, policies, encryption attributes, and the limits on purging and recreating queues.</summary>
public sealed class QueueOperationsTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tags_can_be_added_replaced_listed_and_removed()
    {
        var url = await CreateQueueAsync(new JsonObject { ["tags"] = new JsonObject { ["team"] = "orders", ["stage"] = "test" } });
        await CallAsync("TagQueue", new JsonObject { ["QueueUrl"] = url, ["Tags"] = new JsonObject { ["stage"] = "live", ["cost"] = "" } });
        await CallAsync("UntagQueue", new JsonObject { ["QueueUrl"] = url, ["TagKeys"] = new JsonArray("team") });
        Assert.Equal("""{"stage":"live","cost":""}""", (await TagsAsync(url))!.ToJsonString());
        await CallAsync("UntagQueue", new JsonObject { ["QueueUrl"] = url, ["TagKeys"] = new JsonArray("stage", "cost") });
        Assert.Null(await TagsAsync(url));
    }

    [Fact]
    public async Task A_queue_has_at_most_50_tags()
    {
        var url = await CreateQueueAsync([]);
        var tags = new JsonObject(Enumerable.Range(0, 51).Select(n => KeyValuePair.Create($"tag-{n}", (JsonNode?)"x")));
        await RefusedAsync("TagQueue", new JsonObject { ["QueueUrl"] = url, ["Tags"] = tags }, HttpStatusCode.BadRequest, "InvalidParameterValue");
        Assert.Null(await TagsAsync(url));
    }

    [Fact]
    public async Task A_permission_is_a_statement_of_the_policy_until_it_is_removed()
    {
        var url = await CreateQueueAsync([]);
        var permission = new JsonObject { ["QueueUrl"] = url, ["Label"] = "senders", ["AWSAccountIds"] = new JsonArray("111111111111"), ["Actions"] = new JsonArray("SendMessage") };
        await CallAsync("AddPermission", permission);
        var statement = JsonNode.Parse((await AttributeAsync(url, "Policy"))!)!["Statement"]![0]!;
        Assert.Equal(("senders", "arn:aws:iam::111111111111:root", "SQS:SendMessage"),
            ((string?)statement["Sid"], (string?)statement["Principal"]!["AWS"], (string?)statement["Action"]));
        await RefusedAsync("AddPermission", permission, HttpStatusCode.BadRequest, "InvalidParameterValue");

        await CallAsync("RemovePermission", new JsonObject { ["QueueUrl"] = url, ["Label"] = "senders" });
        Assert.Null(await AttributeAsync(url, "Policy"));
        await RefusedAsync("RemovePermission", new JsonObject { ["QueueUrl"] = url, ["Label"] = "senders" }, HttpStatusCode.BadRequest, "InvalidParameterValue");
    }

    [Fact]
    public async Task A_policy_that_a_client_sets_is_returned_and_an_empty_one_removes_it()
    {
        const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}""";
        var url = await CreateQueueAsync([]);
        await SetAsync(url, new JsonObject { ["Policy"] = Policy });
        Assert.Equal(Policy, await AttributeAsync(url, "Policy"));
        await SetAsync(url, new JsonObject { ["Policy"] = "" });
        Assert.Null(await AttributeAsync(url, "Policy"));
    }

    [Fact]
    public async Task Messages_are_encrypted_by_SQS_unless_a_KMS_key_is_set()
    {
        var url = await CreateQueueAsync([]);
        Assert.Equal("true", await AttributeAsync(url, "SqsManagedSseEnabled"));
        await SetAsync(url, new JsonObject { ["KmsMasterKeyId"] = "alias/orders", ["KmsDataKeyReusePeriodSeconds"] = "6000" });
        Assert.Equal(("false", "alias/orders", "6000"),
            (await AttributeAsync(url, "SqsManagedSseEnabled"), await AttributeAsync(url, "KmsMasterKeyId"), await AttributeAsync(url, "KmsDataKeyReusePeriodSeconds")));
    }

    [Theory]
    [InlineData("Policy", "[]", "InvalidAttributeValue")]
    [InlineData("Policy", "no JSON", "InvalidAttributeValue")]
    [InlineData("KmsDataKeyReusePeriodSeconds", "59", "InvalidAttributeValue")]
    [InlineData("SqsManagedSseEnabled", "maybe", "InvalidAttributeValue")]
    [InlineData("FifoQueue", "true", "InvalidAttributeName")]
    [InlineData("DeduplicationScope", "queue", "InvalidAttributeName")]
    [InlineData("FifoThroughputLimit", "perQueue", "InvalidAttributeName")]
    public async Task An_invalid_attribute_is_refused(string name, string value, string code)
    {
        var url = await CreateQueueAsync([]);
        await RefusedAsync("SetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["Attributes"] = new JsonObject { [name] = value } }, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_second_purge_within_a_minute_is_refused_and_deletes_nothing()
    {
        var url = await CreateQueueAsync([]);
        await CallAsync("PurgeQueue", new JsonObject { ["QueueUrl"] = url });
        await CallAsync("SendMessage", new JsonObject { ["QueueUrl"] = url, ["MessageBody"] = "kept" });
        await RefusedAsync("PurgeQueue", new JsonObject { ["QueueUrl"] = url }, HttpStatusCode.Forbidden, "PurgeQueueInProgress");
        Assert.Equal("1", await AttributeAsync(url, "ApproximateNumberOfMessages"));
    }

    [Fact]
    public async Task The_name_of_a_deleted_queue_is_refused_for_a_minute()
    {
        var url = await CreateQueueAsync([]);
        await CallAsync("DeleteQueue", new JsonObject { ["QueueUrl"] = url });
        await RefusedAsync("CreateQueue", new JsonObject { ["QueueName"] = url.Split('/')[^1] }, HttpStatusCode.BadRequest, "QueueDeletedRecently");
    }

    [Fact]
    public async Task A_trace_header_is_returned_and_has_a_digest()
    {
        const string TraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        var url = await CreateQueueAsync([]);
        var sent = await CallAsync("SendMessage", new JsonObject
        {
            ["QueueUrl"] = url,
            ["MessageBody"] = "x",
            ["MessageSystemAttributes"] = new JsonObject { ["AWSTraceHeader"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = TraceHeader } },
        });
        Assert.Equal(32, ((string?)sent["MD5OfMessageSystemAttributes"])!.Length);
        Assert.Null(sent["MD5OfMessageAttributes"]);
        var received = await CallAsync("ReceiveMessage", new JsonObject { ["QueueUrl"] = url, ["AttributeNames"] = new JsonArray("AWSTraceHeader") });
        Assert.Equal(TraceHeader, (string?)received["Messages"]![0]!["Attributes"]!["AWSTraceHeader"]);
    }

    [Fact]
    public async Task An_unknown_system_attribute_is_refused()
    {
        var request = new JsonObject
        {
            ["QueueUrl"] = await CreateQueueAsync([]),
            ["MessageBody"] = "x",
            ["MessageSystemAttributes"] = new JsonObject { ["Colour"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = "red" } },
        };
        await RefusedAsync("SendMessage", request, HttpStatusCode.BadRequest, "InvalidParameterValue");
    }

    private async Task<string> CreateQueueAsync(JsonObject members)
    {
        members["QueueName"] = $"queue-{Guid.NewGuid():N}";
        return (string)(await CallAsync("CreateQueue", members))["QueueUrl"]!;
    }

    private Task<JsonNode> SetAsync(string url, JsonObject attributes) => CallAsync("SetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["Attributes"] = attributes });

    private async Task<string?> AttributeAsync(string url, string name) =>
        (string?)(await CallAsync("GetQueueAttributes", new JsonObject { ["QueueUrl"] = url, ["AttributeNames"] = new JsonArray(name) }))["Attributes"]![name];

    private async Task<JsonNode?> TagsAsync(string url) => (await CallAsync("ListQueueTags", new JsonObject { ["QueueUrl"] = url }))["Tags"];

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
