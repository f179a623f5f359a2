using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Tests.StepFunctions;

/// <summary>Tests tasks that call DynamoDB Local.</summary>
public sealed class DynamoDbIntegrationTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IAsyncLifetime
{
    private readonly string _template = Path.GetTempFileName();
    private StepFunctionsServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_template, """
            Resources:
              Items:
                Type: AWS::DynamoDB::Table
                Properties:
                  TableName: Items
                  BillingMode: PAY_PER_REQUEST
                  AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
                  KeySchema: [{ AttributeName: id, KeyType: HASH }]
            """);
        _server = await StepFunctionsServer.StartAsync(new LocalCloudOptions { DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = _template });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_template);
    }

    [Fact]
    public async Task Items_can_be_put_read_updated_and_deleted()
    {
        await OutputAsync("putItem", """{"TableName":"Items","Item":{"id":{"S.$":"$.id"},"n":{"N":"1"}}}""");
        Assert.Equal("""{"id":{"S":"a"},"n":{"N":"1"}}""", Sorted((await OutputAsync("getItem", """{"TableName":"Items","Key":{"id":{"S.$":"$.id"}}}"""))["Item"]));
        var updated = await OutputAsync("updateItem",
            """{"TableName":"Items","Key":{"id":{"S.$":"$.id"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"UPDATED_NEW"}""");
        Assert.Equal(("""{"n":{"N":"2"}}""", 200), (updated["Attributes"]!.ToJsonString(), (int)updated["SdkHttpMetadata"]!["HttpStatusCode"]!));
        await OutputAsync("deleteItem", """{"TableName":"Items","Key":{"id":{"S.$":"$.id"}}}""");
        Assert.Null((await OutputAsync("getItem", """{"TableName":"Items","Key":{"id":{"S.$":"$.id"}}}"""))["Item"]);
    }

    [Theory]
    [InlineData("""{"TableName":"Items","Item":{"id":{"S":"b"}},"ConditionExpression":"attribute_exists(id)"}""", "DynamoDB.ConditionalCheckFailedException")]
    [InlineData("""{"TableName":"Nowhere","Item":{"id":{"S":"b"}}}""", "DynamoDB.ResourceNotFoundException")]
    [InlineData("""{"TableName":"Items","Item":{"n":{"N":"1"}}}""", "DynamoDB.AmazonDynamoDBException")]
    public async Task Errors_have_the_names_of_DynamoDB(string parameters, string error)
    {
        var ended = await IntegrationTests.RunAsync(_server, "dynamodb:putItem", parameters);
        Assert.Equal(error, (string?)ended["error"]);
        Assert.Contains("(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ", (string?)ended["cause"], StringComparison.Ordinal);
    }

    private async Task<JsonNode> OutputAsync(string operation, string parameters) =>
        JsonNode.Parse((string)(await IntegrationTests.RunAsync(_server, $"dynamodb:{operation}", parameters, """{"id":"a"}"""))["output"]!)!;

    private static string Sorted(JsonNode? item) =>
        new JsonObject(item!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
}
