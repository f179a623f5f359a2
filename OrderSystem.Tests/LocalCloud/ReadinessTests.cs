using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrderSystem.LocalCloud;
using OrderSystem.Tests.DynamoDb;

namespace OrderSystem.Tests.LocalCloud;

public sealed class ReadinessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readiness_names_what_makes_no_progress_once_dynamodb_has_gone()
    {
        var dynamoDb = new DynamoDbLocalFixture();
        await dynamoDb.InitializeAsync();
        try
        {
            var template = Path.Combine(OrderSystem.AppHost.Pipeline.Root, "deploy", "template.yaml");
            await using var host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template }, Cancellation);
            using var client = new HttpClient { BaseAddress = host.Address };
            await HealthAsync(client, HttpStatusCode.OK, _ => true);
            await dynamoDb.DisposeAsync();
            await HealthAsync(client, HttpStatusCode.ServiceUnavailable, checks => IsUnhealthy(checks, "dynamodb") && IsUnhealthy(checks, "event-source-mappings"));
        }
        finally
        {
            await dynamoDb.DisposeAsync();
        }
    }

    private static bool IsUnhealthy(JsonElement checks, string name) => checks.GetProperty(name).GetProperty("status").GetString() == "Unhealthy";

    private static async Task HealthAsync(HttpClient client, HttpStatusCode status, Func<JsonElement, bool> says)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), patience.Token);
            if (answer.StatusCode == status && says((await answer.Content.ReadFromJsonAsync<JsonElement>(patience.Token)).GetProperty("checks")))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }
}
