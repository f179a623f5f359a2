using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrderSystem.ServiceDefaults;

namespace OrderSystem.Tests.ServiceDefaults;

public sealed class HealthEndpointsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hanging_health_check_times_out_and_is_reported_as_unhealthy()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.AddServiceDefaults("test");
        builder.Services.AddHealthChecks()
            .AddAsyncCheck("hangs", async cancellationToken =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return HealthCheckResult.Healthy();
            })
            .AddCheck("works", () => HealthCheckResult.Healthy());
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync(Cancellation);
        using var client = app.GetTestClient();
        using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("1", answer.Headers.RetryAfter?.ToString());
        var checks = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("checks");
        Assert.Equal(("Unhealthy", "Healthy"), (StatusOf(checks, "hangs"), StatusOf(checks, "works")));
        Assert.Contains("timeout", checks.GetProperty("hangs").GetProperty("description").GetString(), StringComparison.Ordinal);
        using var alive = await client.GetAsync(new Uri("/alive", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static string? StatusOf(JsonElement checks, string name) => checks.GetProperty(name).GetProperty("status").GetString();
}
