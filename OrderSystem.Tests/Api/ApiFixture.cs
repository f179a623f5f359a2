using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Api;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Api;

/// <summary>Runs the API with its real request pipeline and in-memory stores in the test process.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private WebApplication? _app;

    internal InMemoryOrderStore Orders { get; } = new();

    internal InMemoryInventory Inventory { get; } = new();

    internal InMemoryPaymentLedger Ledger { get; } = new();

    public FakeTimeProvider Time { get; } = new(Sample.Noon);

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _app = Build(services => services
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IOrderStore>(Orders)
            .AddSingleton<IInventory>(Inventory)
            .AddSingleton<IPaymentLedger>(Ledger));
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Client = _app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
    }

    /// <summary>Builds the API with the given stores instead of the default ones.</summary>
    internal static WebApplication Build(Action<IServiceCollection> stores, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.AddOrderApi();
        stores(builder.Services);
        var app = builder.Build();
        app.UseOrderApi();
        return app;
    }
}
