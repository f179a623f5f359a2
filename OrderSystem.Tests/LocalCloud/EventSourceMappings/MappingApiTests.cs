using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.Tests.LocalCloud.EventSourceMappings;

public class MappingApiTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Path = "/2015-03-31/event-source-mappings/";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queues_mapping_is_made_shown_updated_listed_and_deleted_and_feeds_its_function()
    {
        var function = cloud.CreateFunction();
        var queue = await CreateQueueAsync();
        var created = await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = function, ["EventSourceArn"] = queue.Arn });
        Assert.Equal(HttpStatusCode.Accepted, created.Status);
        var id = (string)created.Body["UUID"]!;
        Assert.Equal(10, (int)created.Body["BatchSize"]!);
        Assert.Equal("No records processed", (string?)created.Body["LastProcessingResult"]);

        await HopRig.CallAsync(cloud.Client, "AmazonSQS.SendMessage", new JsonObject { ["QueueUrl"] = queue.Url, ["MessageBody"] = "hello" }.ToJsonString());
        using var next = await cloud.Client.GetAsync($"/{function}/2018-06-01/runtime/invocation/next", CancellationToken);
        var record = JsonNode.Parse(await next.Content.ReadAsStringAsync(CancellationToken))!["Records"]![0]!;
        Assert.Equal(("hello", "aws:sqs", queue.Arn), ((string?)record["body"], (string?)record["eventSource"], (string?)record["eventSourceARN"]));
        Assert.Equal("1", (string?)record["attributes"]!["ApproximateReceiveCount"]);
        using var answer = new StringContent("{}");
        using var accepted = await cloud.Client.PostAsync(
            $"/{function}/2018-06-01/runtime/invocation/{next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single()}/response", answer, CancellationToken);

        var updated = await SendAsync(HttpMethod.Put, Path + id, new JsonObject { ["BatchSize"] = 5, ["Enabled"] = false });
        Assert.Equal((5, "Disabled"), ((int)updated.Body["BatchSize"]!, (string?)updated.Body["State"]));
        var listed = await SendAsync(HttpMethod.Get, $"{Path}?FunctionName={function}", null);
        Assert.Equal(id, (string?)Assert.Single(listed.Body["EventSourceMappings"]!.AsArray())!["UUID"]);
        Assert.Equal("OK", (string?)(await SendAsync(HttpMethod.Get, Path + id, null)).Body["LastProcessingResult"]);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = function, ["EventSourceArn"] = queue.Arn })).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(HttpMethod.Delete, Path + id, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, Path + id, null)).Status);
    }

    [Theory]
    [InlineData("""{"BatchSize":10001}""", "BatchSize is 10001, but must be from 1 to 10000")]
    [InlineData("""{"StartingPosition":"AT_TIMESTAMP"}""", "StartingPosition is AT_TIMESTAMP, but must be TRIM_HORIZON or LATEST")]
    [InlineData("""{"FilterCriteria":{"Filters":[{"Pattern":"{}"}]}}""", "$ is an empty object: it must name a property.")]
    [InlineData("""{"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sns:us-east-1:0:topic"}}}""", "The destination arn:aws:sns:us-east-1:0:topic is no SQS queue: only queues are served here.")]
    [InlineData("""{"ParallelizationFactor":"many"}""", "ParallelizationFactor is many, but must be a whole number")]
    public async Task What_cannot_be_is_refused_with_what_to_mend(string properties, string message)
    {
        var request = JsonNode.Parse(properties)!.AsObject();
        request["FunctionName"] = cloud.CreateFunction();
        request["EventSourceArn"] = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000";
        request.TryAdd("StartingPosition", "LATEST");
        var refused = await SendAsync(HttpMethod.Post, Path, request);
        Assert.Equal((HttpStatusCode.BadRequest, message), (refused.Status, (string?)refused.Body["message"]));
    }

    [Fact]
    public async Task A_stream_needs_a_starting_position()
    {
        var refused = await SendAsync(HttpMethod.Post, Path, new JsonObject
        {
            ["FunctionName"] = cloud.CreateFunction(),
            ["EventSourceArn"] = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000",
        });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    private async Task<(string Url, string Arn)> CreateQueueAsync()
    {
        var name = $"queue-{Guid.NewGuid():N}";
        var created = await HopRig.CallAsync(cloud.Client, "AmazonSQS.CreateQueue", new JsonObject { ["QueueName"] = name }.ToJsonString());
        return ((string)created["QueueUrl"]!, $"arn:aws:sqs:us-east-1:000000000000:{name}");
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await cloud.Client.SendAsync(request, CancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!);
    }
}
