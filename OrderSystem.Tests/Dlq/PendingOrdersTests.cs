using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.DeadLetters;
using OrderSystem.Dlq;
using OrderSystem.LocalCloud;

namespace OrderSystem.Tests.Dlq;

/// <summary>Tests redrives of orders whose records have expired from the stream.</summary>
public sealed class PendingOrdersTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IAsyncLifetime
{
    private const string Template = """
        Resources:
          Function:
            Type: AWS::Lambda::Function
            Properties: { FunctionName: consume, Handler: Consume, Timeout: 30 }
          Parked:
            Type: AWS::SQS::Queue
            Properties: { QueueName: parked }
        """;

    private const string FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:consume";
    private static readonly DateTimeOffset Arrival = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _template = Path.GetTempFileName();
    private LocalCloudHost _host = null!;
    private HttpClient _client = null!;
    private HttpClient _tables = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_template, Template, CancellationToken);
        _host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = _template }, CancellationToken);
        _client = new HttpClient { BaseAddress = _host.Address };
        _tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        // Both tests create this table in the same DynamoDB Local.
        await HopRig.CallAsync(_tables, "DynamoDB_20120810.DeleteTable", """{"TableName":"Waiting"}""");
        _tables.Dispose();
        await _host.DisposeAsync();
        File.Delete(_template);
    }

    [Fact]
    public async Task A_redrive_reads_pending_orders_from_the_table_after_the_stream_expired()
    {
        await CreateTableAsync();
        // The items of the orders are seven megabytes in total, which exceeds the size limits of one query's response and
        // of one invocation's event.
        var waiting = Enumerable.Range(0, 700).Select(i => $"waiting-{i:D4}").ToList();
        await Parallel.ForEachAsync(waiting, CancellationToken, async (id, _) => await PutAsync(id, "Pending", Arrival));
        await PutAsync("done", "Completed", Arrival);
        await PutAsync("later", "Pending", Arrival.AddMinutes(1));
        await ParkAsync(Range(count: 700));

        var serving = ServeTwiceAsync();
        Assert.Equal(0, await RunAsync(session => DlqCommand.RedriveAsync(session, [])));
        var records = await serving;
        Assert.Equal(waiting, records.Select(HopRig.Id).Order(StringComparer.Ordinal));
        Assert.All(records, record => Assert.Equal("INSERT", (string?)record["eventName"]));
        Assert.All(records, record => Assert.Equal("Pending", (string?)record["dynamodb"]!["NewImage"]!["status"]!["S"]));
        Assert.All(records, record => Assert.StartsWith("00-0af7651916cd43dd", (string?)record["dynamodb"]!["NewImage"]!["traceparent"]!["S"], StringComparison.Ordinal));
        Assert.Equal(0, await CountAsync());
    }

    /// <summary>The release before the sharded index stored orders without the attribute <c>statusShard</c>.</summary>
    [Fact]
    public async Task A_redrive_finds_pending_orders_that_are_not_in_the_sharded_index()
    {
        await CreateTableAsync();
        await PutAsync("indexed", "Pending", Arrival);
        await PutAsync("earlier", "Pending", Arrival, shard: null);
        await PutAsync("earlier-but-done", "Completed", Arrival, shard: null);
        await PutAsync("earlier-but-later", "Pending", Arrival.AddMinutes(1), shard: null);
        // The earlier release changed the order's status without changing its statusShard.
        await PutAsync("no-longer-pending", "Completed", Arrival, shard: "Pending#3");
        await ParkAsync(Range(count: 2));

        var serving = HopRig.ServeAsync(_client, _ => false);
        Assert.Equal(0, await RunAsync(session => DlqCommand.RedriveAsync(session, [])));
        Assert.Equal(["earlier", "indexed"], (await serving).Select(HopRig.Id).Order(StringComparer.Ordinal));
        Assert.Equal(0, await CountAsync());
    }

    private static string Range(int count) => $$$"""
        {"requestContext":{"requestId":"r","functionArn":"{{{FunctionArn}}}","condition":"RetryAttemptsExhausted","approximateInvokeCount":2},
         "responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":null},"version":"1.0","timestamp":"2026-03-01T12:00:05.000Z",
         "DDBStreamBatchInfo":{"shardId":"shardId-00000001772366400000-00000000","startSequenceNumber":"000000000000000000100","endSequenceNumber":"000000000000000000900",
            "approximateArrivalOfFirstRecord":"2026-03-01T12:00:00Z","approximateArrivalOfLastRecord":"2026-03-01T12:00:02Z","batchSize":{{{count}}},
            "streamArn":"arn:aws:dynamodb:ddblocal:000000000000:table/Waiting/stream/2026-03-01T00:00:00.000"}}
        """;

    private async Task<List<JsonNode>> ServeTwiceAsync() => [.. await HopRig.ServeAsync(_client, _ => false), .. await HopRig.ServeAsync(_client, _ => false)];

    private async Task<int> RunAsync(Func<DlqCommand.Session, Task<int>> command)
    {
        using var connection = AwsConnection.Local(_host.Address, dynamoDb.Endpoint, "us-east-1");
        var aws = new AwsClient(connection);
        await using var output = new StringWriter();
        return await DlqCommand.RunAsync(aws, "parked", new PendingOrders(aws), output, command, CancellationToken);
    }

    private Task<JsonNode> ParkAsync(string body) =>
        HopRig.CallAsync(_client, "AmazonSQS.SendMessage", new JsonObject { ["QueueUrl"] = "http://x/000000000000/parked", ["MessageBody"] = body }.ToJsonString());

    private async Task<int> CountAsync()
    {
        var answer = await HopRig.CallAsync(_client, "AmazonSQS.GetQueueAttributes", """{"QueueUrl":"http://x/000000000000/parked","AttributeNames":["ApproximateNumberOfMessages"]}""");
        return int.Parse((string)answer["Attributes"]!["ApproximateNumberOfMessages"]!, CultureInfo.InvariantCulture);
    }

    private Task<JsonNode> CreateTableAsync() => HopRig.CallAsync(_tables, "DynamoDB_20120810.CreateTable", """
        {"TableName":"Waiting","BillingMode":"PAY_PER_REQUEST",
         "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"statusShard","AttributeType":"S"},{"AttributeName":"createdAt","AttributeType":"S"}],
         "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
         "GlobalSecondaryIndexes":[{"IndexName":"ByStatusShard","Projection":{"ProjectionType":"KEYS_ONLY"},
            "KeySchema":[{"AttributeName":"statusShard","KeyType":"HASH"},{"AttributeName":"createdAt","KeyType":"RANGE"}]}]}
        """);

    private Task<JsonNode> PutAsync(string id, string status, DateTimeOffset createdAt) =>
        PutAsync(id, status, createdAt, $"{status}#{Random.Shared.Next(PendingOrders.StatusShards)}");

    private Task<JsonNode> PutAsync(string id, string status, DateTimeOffset createdAt, string? shard) => HopRig.CallAsync(_tables, "DynamoDB_20120810.PutItem", new JsonObject
    {
        ["TableName"] = "Waiting",
        ["Item"] = new JsonObject(
            new Dictionary<string, string?>
            {
                ["id"] = id,
                ["status"] = status,
                ["statusShard"] = shard,
                ["createdAt"] = createdAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture),
                ["body"] = new string('x', 10_000),
                ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            }.Where(attribute => attribute.Value is not null).Select(attribute => KeyValuePair.Create<string, JsonNode?>(attribute.Key, new JsonObject { ["S"] = attribute.Value }))),
    }.ToJsonString());
}
