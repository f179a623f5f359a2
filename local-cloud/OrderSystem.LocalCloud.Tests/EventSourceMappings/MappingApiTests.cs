using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

public class MappingApiTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    private const string Path = "/2015-03-31/event-source-mappings/";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_mapping_can_be_managed_through_the_API_and_invokes_its_function()
    {
        var function = cloud.CreateFunction();
        var queue = await CreateQueueAsync();
        var created = await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = function, ["EventSourceArn"] = queue.Arn });
        Assert.Equal(HttpStatusCode.Accepted, created.Status);
        var id = (string)created.Body["UUID"]!;
        Assert.Equal(10, (int)created.Body["BatchSize"]!);
        Assert.Null(created.Body["LastProcessingResult"]);

        await HopRig.CallAsync(cloud.Client, "AmazonSQS.SendMessage", new JsonObject { ["QueueUrl"] = queue.Url, ["MessageBody"] = "hello" }.ToJsonString());
        using var next = await cloud.Client.GetAsync($"/{function}/2018-06-01/runtime/invocation/next", CancellationToken);
        var record = JsonNode.Parse(await next.Content.ReadAsStringAsync(CancellationToken))!["Records"]![0]!;
        Assert.Equal(("hello", "aws:sqs", queue.Arn), ((string?)record["body"], (string?)record["eventSource"], (string?)record["eventSourceARN"]));
        Assert.Equal("1", (string?)record["attributes"]!["ApproximateReceiveCount"]);
        using var answer = new StringContent("{}");
        using var accepted = await cloud.Client.PostAsync(
            $"/{function}/2018-06-01/runtime/invocation/{next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single()}/response", answer, CancellationToken);

        var updated = await SendAsync(HttpMethod.Put, Path + id, new JsonObject { ["BatchSize"] = 5, ["Enabled"] = false });
        Assert.Equal((HttpStatusCode.Accepted, 5, "Updating"), (updated.Status, (int)updated.Body["BatchSize"]!, (string?)updated.Body["State"]));
        Assert.Equal($"arn:aws:lambda:us-east-1:000000000000:event-source-mapping:{id}", (string?)updated.Body["EventSourceMappingArn"]);
        await BecomesAsync(id, "Disabled");
        var listed = await SendAsync(HttpMethod.Get, $"{Path}?FunctionName={function}", null);
        Assert.Equal(id, (string?)Assert.Single(listed.Body["EventSourceMappings"]!.AsArray())!["UUID"]);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = function, ["EventSourceArn"] = queue.Arn })).Status);
        var deleted = await SendAsync(HttpMethod.Delete, Path + id, null);
        Assert.Equal((HttpStatusCode.Accepted, "Deleting"), (deleted.Status, (string?)deleted.Body["State"]));
        await BecomesAsync(id, null);
    }

    [Fact]
    public async Task An_update_returns_at_once_and_blocks_others_until_the_batch_is_done()
    {
        var function = cloud.CreateFunction();
        var queue = await CreateQueueAsync();
        var id = (string)(await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = function, ["EventSourceArn"] = queue.Arn })).Body["UUID"]!;
        await HopRig.CallAsync(cloud.Client, "AmazonSQS.SendMessage", new JsonObject { ["QueueUrl"] = queue.Url, ["MessageBody"] = "hello" }.ToJsonString());
        using var next = await cloud.Client.GetAsync($"/{function}/2018-06-01/runtime/invocation/next", CancellationToken);

        var updated = await SendAsync(HttpMethod.Put, Path + id, new JsonObject { ["BatchSize"] = 5 });
        Assert.Equal("Updating", (string?)updated.Body["State"]);
        Assert.Equal("Updating", await StateAsync(id));
        var refused = await SendAsync(HttpMethod.Delete, Path + id, null);
        Assert.Equal((HttpStatusCode.BadRequest, "ResourceInUseException"), (refused.Status, refused.ErrorType));
        using var answer = new StringContent("{}");
        using var accepted = await cloud.Client.PostAsync(
            $"/{function}/2018-06-01/runtime/invocation/{next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single()}/response", answer, CancellationToken);
        await BecomesAsync(id, "Enabled");
        await SendAsync(HttpMethod.Delete, Path + id, null);
        await BecomesAsync(id, null);
    }

    [Fact]
    public async Task Mappings_are_listed_page_by_page()
    {
        var function = cloud.CreateFunction();
        for (var i = 0; i < 3; i++)
            await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = function, ["EventSourceArn"] = (await CreateQueueAsync()).Arn });
        var first = await SendAsync(HttpMethod.Get, $"{Path}?FunctionName={function}&MaxItems=2", null);
        Assert.Equal(2, first.Body["EventSourceMappings"]!.AsArray().Count);
        var second = await SendAsync(HttpMethod.Get, $"{Path}?FunctionName={function}&MaxItems=2&Marker={first.Body["NextMarker"]}", null);
        Assert.Single(second.Body["EventSourceMappings"]!.AsArray());
        Assert.Null(second.Body["NextMarker"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Get, $"{Path}?MaxItems=0", null)).Status);
    }

    [Theory]
    [InlineData("""{"BatchSize":10001}""", "BatchSize is 10001, but must be from 1 to 10000")]
    [InlineData("""{"StartingPosition":"AT_TIMESTAMP"}""", "Unsupported starting position for arn type: arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000")]
    [InlineData("""{"StartingPosition":"OLDEST"}""",
        "1 validation error detected: Value 'OLDEST' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]")]
    [InlineData("""{"FilterCriteria":{"Filters":[{"Pattern":"{}"}]}}""", "Invalid filter pattern definition.")]
    [InlineData("""{"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sns:us-east-1:0:topic"}}}""",
        "The destination arn:aws:sns:us-east-1:0:topic is not an SQS queue: LocalCloud supports only queues.")]
    [InlineData("""{"ParallelizationFactor":"many"}""", "ParallelizationFactor is many, but must be a whole number")]
    [InlineData("""{"FunctionResponseTypes":["ReportBatchItemFailure"]}""", "FunctionResponseTypes has ReportBatchItemFailure, but only ReportBatchItemFailures is allowed")]
    [InlineData("""{"FunctionResponseTypes":"ReportBatchItemFailures"}""", "FunctionResponseTypes must be a list")]
    [InlineData("""{"FilterCriteria":{"Filters":"all"}}""", "FilterCriteria.Filters must be a list")]
    [InlineData("""{"FilterCriteria":{"Filters":["{}"]}}""", "each of FilterCriteria.Filters must be an object with a Pattern")]
    [InlineData("""{"FilterCriteria":{"Filters":[{"Pattern":"{\"a\":[{\"numeric\":[\">\",1e40]}]}"}]}}""", "Invalid filter pattern definition.")]
    [InlineData("""{"FilterCriteria":[]}""", "FilterCriteria must be an object")]
    [InlineData("""{"DestinationConfig":{"OnFailure":{"Destination":{}}}}""", "DestinationConfig.OnFailure.Destination must be an ARN")]
    [InlineData("""{"ScalingConfig":{"MaximumConcurrency":5}}""", "ScalingConfig is for queues only")]
    public async Task Invalid_settings_are_refused_with_a_message(string properties, string message)
    {
        var request = JsonNode.Parse(properties)!.AsObject();
        request["FunctionName"] = cloud.CreateFunction();
        request["EventSourceArn"] = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000";
        request.TryAdd("StartingPosition", "LATEST");
        var refused = await SendAsync(HttpMethod.Post, Path, request);
        Assert.Equal((HttpStatusCode.BadRequest, message), (refused.Status, (string?)refused.Body["message"]));
    }

    [Theory]
    [InlineData("""{"BatchSize":11}""", "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")]
    [InlineData("""{"ScalingConfig":{"MaximumConcurrency":0}}""", "MaximumConcurrency is 0, but must be from 2 to 1000")]
    [InlineData("""{"ScalingConfig":{"MaximumConcurrency":1001}}""", "MaximumConcurrency is 1001, but must be from 2 to 1000")]
    [InlineData("""{"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:q"}}}""", "DestinationConfig is for streams only; use the queue's redrive policy")]
    public async Task Invalid_settings_for_a_queue_are_refused_with_a_message(string properties, string message)
    {
        var request = JsonNode.Parse(properties)!.AsObject();
        request["FunctionName"] = cloud.CreateFunction();
        request["EventSourceArn"] = (await CreateQueueAsync()).Arn;
        var refused = await SendAsync(HttpMethod.Post, Path, request);
        Assert.Equal((HttpStatusCode.BadRequest, message), (refused.Status, (string?)refused.Body["message"]));
    }

    [Fact]
    public async Task Visibility_timeout_must_not_be_shorter_than_the_function_timeout()
    {
        var refused = await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = cloud.CreateFunction(timeoutSeconds: 31), ["EventSourceArn"] = (await CreateQueueAsync()).Arn });
        Assert.Equal("Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds", (string?)refused.Body["message"]);
    }

    [Fact]
    public async Task The_starting_position_cannot_be_changed()
    {
        var created = await SendAsync(HttpMethod.Post, Path, new JsonObject
        {
            ["FunctionName"] = cloud.CreateFunction(),
            ["EventSourceArn"] = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000",
            ["StartingPosition"] = "LATEST",
            ["Enabled"] = false,
        });
        var id = (string)created.Body["UUID"]!;
        await BecomesAsync(id, "Disabled");
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, Path + id, new JsonObject { ["StartingPosition"] = "TRIM_HORIZON" })).Status);
    }

    [Fact]
    public async Task An_updated_function_name_decides_which_mappings_conflict()
    {
        var (first, second, queue) = (cloud.CreateFunction(), cloud.CreateFunction(), await CreateQueueAsync());
        var moved = await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = first, ["EventSourceArn"] = queue.Arn });
        var id = (string)moved.Body["UUID"]!;
        await BecomesAsync(id, "Enabled");
        await SendAsync(HttpMethod.Put, Path + id, new JsonObject { ["FunctionName"] = second });
        await BecomesAsync(id, "Enabled");

        var again = await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = first, ["EventSourceArn"] = queue.Arn });
        Assert.Equal(HttpStatusCode.Accepted, again.Status);
        Assert.NotEqual(id, (string?)again.Body["UUID"]);
        var twice = await SendAsync(HttpMethod.Post, Path, new JsonObject { ["FunctionName"] = second, ["EventSourceArn"] = queue.Arn });
        Assert.Equal((HttpStatusCode.Conflict,
            $"An event source mapping with SQS arn (\" {queue.Arn} \") and function (\" {second} \") already exists. Please update or delete the existing mapping with UUID {id}"),
            (twice.Status, (string?)twice.Body["message"]));
        await BecomesAsync((string)again.Body["UUID"]!, "Enabled");
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Put, Path + (string)again.Body["UUID"]!, new JsonObject { ["FunctionName"] = second })).Status);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task A_body_that_is_not_an_object_is_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var refused = await cloud.Client.PostAsync(Path, content, CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
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

    private async Task<string?> StateAsync(string id) => await SendAsync(HttpMethod.Get, Path + id, null) is { Status: HttpStatusCode.OK } mapping ? (string?)mapping.Body["State"] : null;

    /// <summary>
    /// Waits until a mapping has the given state; if the state is null, waits until the mapping no longer exists.
    /// </summary>
    private async Task BecomesAsync(string id, string? state)
    {
        while (await StateAsync(id) != state)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body, string? ErrorType)> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await cloud.Client.SendAsync(request, CancellationToken);
        var errorType = response.Headers.TryGetValues("x-amzn-ErrorType", out var type) ? type.Single() : null;
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken))!, errorType);
    }
}
