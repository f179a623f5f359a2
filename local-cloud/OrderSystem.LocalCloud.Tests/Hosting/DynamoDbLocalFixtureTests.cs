using System.Net;

namespace OrderSystem.LocalCloud.Tests.Hosting;

public class DynamoDbLocalFixtureTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    [Fact]
    public async Task Answers_400_to_a_plain_get_once_it_is_up()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(dynamoDb.Endpoint, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
