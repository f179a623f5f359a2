using JasperFx.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrderSystem.Benchmarks.Embedded;
using Wolverine;
using Wolverine.Postgresql;

namespace OrderSystem.Benchmarks.Peers.Wolverine;

/// <summary>
/// Runs orders on Wolverine, with its saga, inbox and outbox in PostgreSQL. Wolverine processes up to 32 messages
/// concurrently, because the benchmark runs 32 orders concurrently by default.
/// </summary>
internal sealed class WolverinePeer : IOrderRunner
{
    private readonly IHost _host;
    private readonly Ends _ends;

    private WolverinePeer(IHost host, Ends ends) => (_host, _ends) = (host, ends);

    public static async Task<WolverinePeer> StartAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var ends = new Ends();
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton<IOrderEnds>(ends);
        builder.Services.AddResourceSetupOnStartup();
        builder.UseWolverine(options =>
        {
            options.UseRuntimeCompilation();
            options.PersistMessagesWithPostgresql(database);
            options.Discovery.DisableConventionalDiscovery().IncludeType<OrderSaga>();
            options.Durability.Mode = DurabilityMode.Solo;
            options.Durability.DurabilityMetricsEnabled = false;
            options.Policies.AutoApplyTransactions();
            options.Policies.AllLocalQueues(queue => queue.UseDurableInbox().MaximumParallelMessages(32));
        });
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new WolverinePeer(host, ends);
    }

    public async Task RunAsync(string orderId, CancellationToken cancellationToken)
    {
        var end = _ends.Watch(orderId);
        await using var scope = _host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMessageBus>().InvokeAsync(new PlaceOrder(orderId, "c-1", OrderEffects.Sku, 1, 9.95m, "tok_ok"), cancellationToken);
        await OrderEnds.CompletedAsync(orderId, end, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private sealed class Ends : IOrderEnds
    {
        private readonly OrderEnds _ends = new();

        public Task<string> Watch(string orderId) => _ends.Watch(orderId);

        public void Tell(string orderId, string status) => _ends.Tell(orderId, status);
    }
}
