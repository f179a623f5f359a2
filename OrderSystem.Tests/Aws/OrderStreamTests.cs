using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Orders;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.EventSourceMappings;
using OrderSystem.Tests.Contracts;

namespace OrderSystem.Tests.Aws;

/// <summary>Tests the stream reader with the orders' stream in a real DynamoDB Local.</summary>
[Collection(OrderTables.Name)]
public sealed class OrderStreamTests : ShardReaderContract, IDisposable
{
    private readonly DynamoDbClient _client;
    private readonly QuietShards _quiet;

    public OrderStreamTests(OrderTablesFixture dynamoDb)
    {
        var options = new LocalCloudOptions { DynamoDbEndpoint = dynamoDb.Endpoint };
        (_client, _quiet) = (new DynamoDbClient(options), new QuietShards(options, TimeProvider.System));
        Orders = new DynamoDbOrderStore(dynamoDb.Client, dynamoDb.Tables, TimeProvider.System);
        Reader = new DynamoDbShardReader(_client, dynamoDb.StreamArn, "us-east-1", TimeProvider.System, _quiet);
    }

    protected override IOrderStore Orders { get; }

    protected override IShardReader Reader { get; }

    protected override PollingPace Pace => QuietShards.Pace;

    public void Dispose()
    {
        _quiet.Dispose();
        _client.Dispose();
    }
}
