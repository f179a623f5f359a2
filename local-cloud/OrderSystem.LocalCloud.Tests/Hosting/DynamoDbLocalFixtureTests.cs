using System.Net;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public class DynamoDbLocalFixtureTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    [Fact]
    public async Task DynamoDB_Local_responds_with_400_to_a_plain_GET()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(dynamoDb.Endpoint, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
