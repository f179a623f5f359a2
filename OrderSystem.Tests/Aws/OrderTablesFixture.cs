using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using OrderSystem.Aws.DynamoDb;

namespace OrderSystem.Tests.Aws;

/// <summary>Creates the system's tables and the orders' stream in a separate DynamoDB Local.</summary>
public sealed class OrderTablesFixture : IAsyncLifetime
{
    private readonly DynamoDbLocalFixture _dynamoDb = new();

    /// <summary>A client of this DynamoDB Local.</summary>
    public AmazonDynamoDBClient Client { get; private set; } = null!;

    /// <summary>The address of this DynamoDB Local.</summary>
    public Uri Endpoint => _dynamoDb.Endpoint;

    /// <summary>The ARN of the orders' stream.</summary>
    public string StreamArn { get; private set; } = "";

    /// <summary>The names of the tables.</summary>
    public TableNames Tables { get; } = new("test-");

    public async ValueTask InitializeAsync()
    {
        await _dynamoDb.InitializeAsync();
        Client = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig
        {
            ServiceURL = _dynamoDb.Endpoint.ToString(),
            AuthenticationRegion = "us-east-1",
        });
        var orders = await CreateAsync(Tables.Orders, ["orderId"], [(TableNames.ByCustomer, "customerId"), (TableNames.ByStatusShard, StatusShards.Attribute)], StreamViewType.NEW_AND_OLD_IMAGES);
        StreamArn = orders.TableDescription.LatestStreamArn;
        await CreateAsync(Tables.Inventory, ["pk"], []);
        await CreateAsync(Tables.Payments, ["orderId", "entry"], []);
        await CreateAsync(Tables.PaymentTokens, ["orderId"], []);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _dynamoDb.DisposeAsync();
    }

    private Task<CreateTableResponse> CreateAsync(string table, string[] key, (string Name, string Hash)[] indexes, StreamViewType? stream = null) => Client.CreateTableAsync(new CreateTableRequest
    {
        TableName = table,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        AttributeDefinitions = [
            .. key.Concat(indexes.Select(index => index.Hash)).Concat(indexes.Length > 0 ? ["createdAt"] : [])
            .Select(name => new AttributeDefinition(name, ScalarAttributeType.S))],
        KeySchema = Schema(key),
        StreamSpecification = stream is null ? null : new StreamSpecification { StreamEnabled = true, StreamViewType = stream },
        GlobalSecondaryIndexes = indexes.Length == 0 ? null : [.. indexes.Select(index => new GlobalSecondaryIndex
        {
            IndexName = index.Name,
            KeySchema = Schema([index.Hash, "createdAt"]),
            Projection = new Projection { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = [.. Listed.Except([index.Hash])] },
        })],
    }, TestContext.Current.CancellationToken);

    /// <summary>The attributes that the template's indexes project in addition to the key attributes.</summary>
    private static readonly string[] Listed = ["customerId", "currency", "lines", "total", "status", "reason", "refunded", "updatedAt", "notifiedAt", "version"];

    private static List<KeySchemaElement> Schema(string[] key) => [.. key.Select((name, i) => new KeySchemaElement(name, i == 0 ? KeyType.HASH : KeyType.RANGE))];
}

/// <summary>Shares one DynamoDB Local among the tests of the DynamoDB adapters.</summary>
[CollectionDefinition(Name)]
public sealed class OrderTables : ICollectionFixture<OrderTablesFixture>
{
    public const string Name = "order tables";
}
