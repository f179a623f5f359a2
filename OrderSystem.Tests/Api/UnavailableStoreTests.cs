using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core.InMemory;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

public class UnavailableStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unreachable_store_returns_503_with_RetryAfter_and_fails_readiness()
    {
        // No program listens on port 1, so the connection of the real adapter is refused.
        using var dynamoDb = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig
        {
            ServiceURL = "http://127.0.0.1:1",
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 0,
        });
        await using var app = ApiFixture.Build(services => services
            .AddSingleton<IAmazonDynamoDB>(dynamoDb)
            .AddSingleton<IInventory>(new InMemoryInventory())
            .AddSingleton<IPaymentLedger>(new InMemoryPaymentLedger()));
        await app.StartAsync(Cancellation);
        using var client = app.GetTestClient();

        using var posted = await client.PostAsync("/orders", Json(Order("o-1")), Cancellation);
        await ProblemAsync(posted, HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(posted.Headers.RetryAfter?.Delta);

        using var ready = await client.GetAsync("/health", Cancellation);
        var checks = (await ReadAsync(ready, HttpStatusCode.ServiceUnavailable))["checks"]!;
        Assert.Equal(("Unhealthy", "Healthy", "Healthy"), ((string?)checks["orders"]!["status"], (string?)checks["inventory"]!["status"], (string?)checks["payments"]!["status"]));
        using var alive = await client.GetAsync("/alive", Cancellation);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }
}
