using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Api;

namespace OrderSystem.Tests.Embedded;

/// <summary>Runs the API with the embedded cloud in the test process. The database is in a given folder.</summary>
internal sealed class EmbeddedApi : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly WebApplication _app;

    private EmbeddedApi(WebApplication app)
    {
        _app = app;
        Client = app.GetTestClient();
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the API with the embedded cloud.</summary>
    /// <param name="data">The folder of the database.</param>
    /// <param name="configure">Adds or replaces services.</param>
    /// <param name="settings">Additional configuration.</param>
    public static async Task<EmbeddedApi> StartAsync(string data, Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["Cloud"] = "Embedded";
        builder.Configuration["OrderSystem:Data"] = data;
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.AddOrderApi();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseOrderApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EmbeddedApi(app);
    }

    /// <summary>Places an order of one product.</summary>
    public static Task<HttpResponseMessage> PlaceAsync(HttpClient api, string orderId, string sku = "A1", int quantity = 1, string token = "tok_ok", string? traceParent = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/orders", UriKind.Relative))
        {
            Content = JsonContent.Create(new
            {
                orderId,
                customerId = "c-1",
                currency = "EUR",
                lines = new[] { new { sku, quantity, unitPrice = 9.95m } },
                payment = new { token },
            }),
        };
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);
        return api.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until an order is completed or rejected, and returns the order.</summary>
    public static async Task<JsonElement> EndOfAsync(HttpClient api, string orderId)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            var order = await api.GetFromJsonAsync<JsonElement>(new Uri($"/orders/{orderId}", UriKind.Relative), patience.Token);
            if (order.GetProperty("status").GetString() is "Completed" or "Rejected")
                return order;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
