using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.LocalCloud.Tests;

public sealed class ReadinessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readiness_reports_stuck_mappings_when_DynamoDB_is_unavailable()
    {
        var dynamoDb = new DynamoDbLocalFixture();
        await dynamoDb.InitializeAsync();
        var template = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(template, HopRig.Template, Cancellation);
            await using var host = await LocalCloudHost.StartAsync(new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template }, Cancellation);
            using var client = new HttpClient { BaseAddress = host.Address };
            await HealthAsync(client, HttpStatusCode.OK, _ => true);
            await dynamoDb.DisposeAsync();
            await HealthAsync(client, HttpStatusCode.ServiceUnavailable, checks => IsUnhealthy(checks, "dynamodb") && IsUnhealthy(checks, "event-source-mappings"));
        }
        finally
        {
            await dynamoDb.DisposeAsync();
            File.Delete(template);
        }
    }

    [Fact]
    public async Task Readiness_reports_a_mapping_whose_function_has_no_process()
    {
        var dynamoDb = new DynamoDbLocalFixture();
        await dynamoDb.InitializeAsync();
        var template = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(template, HopRig.Template.Replace("Timeout: 30", "Timeout: 1", StringComparison.Ordinal), Cancellation);
            var time = new LaterTime();
            await using var host = await LocalCloudHost.StartAsync(
                new LocalCloudOptions { Port = 0, DynamoDbEndpoint = dynamoDb.Endpoint, TemplatePath = template }, Cancellation, services => services.AddSingleton<TimeProvider>(time));
            using var client = new HttpClient { BaseAddress = host.Address };
            using var tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
            await HopRig.PutAsync(tables, "waits");
            var mapping = host.Services.GetRequiredService<MappingRegistry>().All.Single().Mapping;
            while (mapping.ObstructedSince is null)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
            await HealthAsync(client, HttpStatusCode.OK, _ => true);
            time.Later = TimeSpan.FromMinutes(1);
            await HealthAsync(client, HttpStatusCode.ServiceUnavailable, checks => IsUnhealthy(checks, "event-source-mappings") && IsUnhealthy(checks, "functions"));
            await HopRig.ServeAsync(client, _ => false);
            await HealthAsync(client, HttpStatusCode.OK, _ => true);
        }
        finally
        {
            await dynamoDb.DisposeAsync();
            File.Delete(template);
        }
    }

    /// <summary>A clock that can be set forward, but whose timers still run in real time.</summary>
    private sealed class LaterTime : TimeProvider
    {
        public TimeSpan Later { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Later;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Later.TotalSeconds * TimestampFrequency);
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
