using System.Text.Json.Nodes;
using OrderSystem.LocalCloud;

namespace OrderSystem.Tests.Deployment;

/// <summary>LocalCloud provisions the template that is deployed to AWS.</summary>
public sealed class ProvisionedTemplateTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_deployed_template_can_be_provisioned_repeatedly()
    {
        var options = new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = Repository.TemplatePath };
        string? stream = null;
        for (var run = 0; run < 2; run++)
        {
            await using var host = await LocalCloudHost.StartAsync(options, CancellationToken);
            using var client = new HttpClient { BaseAddress = host.Address };
            using var function = await client.GetAsync("/2015-03-31/functions/order-system-process-orders", CancellationToken);
            var declared = JsonNode.Parse(await function.Content.ReadAsStringAsync(CancellationToken))!;
            Assert.Equal("ProcessOrders", (string?)declared["Configuration"]!["Handler"]);
            Assert.Equal(30, (int?)declared["Configuration"]!["Timeout"]);
            Assert.Equal(10, (int?)declared["Concurrency"]!["ReservedConcurrentExecutions"]);

            var queue = await HopRig.CallAsync(client, "AmazonSQS.GetQueueUrl", """{"QueueName":"order-system-dead-letters"}""");
            Assert.EndsWith("/000000000000/order-system-dead-letters", (string?)queue["QueueUrl"], StringComparison.Ordinal);

            using var tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
            var orders = await HopRig.CallAsync(tables, "DynamoDB_20120810.DescribeTable", """{"TableName":"Orders"}""");
            Assert.Equal(2, orders["Table"]!["GlobalSecondaryIndexes"]!.AsArray().Count);
            stream ??= (string?)orders["Table"]!["LatestStreamArn"];
            Assert.NotNull(stream);
            Assert.Equal(stream, (string?)orders["Table"]!["LatestStreamArn"]);
        }
    }
}
