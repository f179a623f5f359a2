using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrderSystem.Core;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Benchmarks.Embedded;

/// <summary>
/// Runs orders on the complete embedded cloud, with the change log, the event source mapping and the state machine, as
/// the API does.
/// </summary>
internal sealed class EmbeddedPipeline : IOrderRunner
{
    private const string Sku = "A1";

    private readonly IHost _host;
    private readonly PlaceOrder _placeOrder;
    private readonly Ends _ends;

    private EmbeddedPipeline(IHost host, Ends ends) => (_host, _ends, _placeOrder) = (host, ends, host.Services.GetRequiredService<PlaceOrder>());

    public static async Task<EmbeddedPipeline> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.Services.AddSingleton(new EmbeddedOptions { DataDirectory = folder });
        builder.Services.AddOrders();
        builder.Services.AddEmbeddedCloud(builder.Configuration);
        var ends = new Ends();
        var store = builder.Services.Last(service => service.ServiceType == typeof(IOrderStore));
        builder.Services.Replace(
            ServiceDescriptor.Singleton<IOrderStore>(services =>
            new WatchedOrders((IOrderStore)store.ImplementationFactory!(services), services.GetRequiredService<EmbeddedDatabase>(), ends)));
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        await host.Services.GetRequiredService<IInventory>().SetAsync(Sku, int.MaxValue, cancellationToken);
        return new EmbeddedPipeline(host, ends);
    }

    public async Task RunAsync(string orderId, CancellationToken cancellationToken)
    {
        var end = _ends.Watch(orderId);
        await _placeOrder.HandleAsync(new NewOrder(orderId, "c-1", [new OrderLine(Sku, 1, 9.95m)], "EUR", new PaymentToken("tok_ok")), cancellationToken);
        if (await end.WaitAsync(cancellationToken) is not OrderStatus.Completed and var other)
            throw new InvalidOperationException($"Order {orderId} ended with status {other} instead of Completed.");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private sealed class Ends
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<OrderStatus>> _waiting = new(StringComparer.Ordinal);

        public Task<OrderStatus> Watch(string orderId) =>
            (_waiting[orderId] = new TaskCompletionSource<OrderStatus>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Tell(Order order)
        {
            if (order.Status is OrderStatus.Completed or OrderStatus.Rejected && _waiting.TryRemove(order.OrderId, out var end))
                end.TrySetResult(order.Status);
        }
    }

    /// <summary>
    /// An order store that notifies the benchmark when an order has ended. Otherwise, the benchmark would have to poll for
    /// the order's status, which would distort the measurement.
    /// </summary>
    private sealed class WatchedOrders(IOrderStore orders, EmbeddedDatabase database, Ends ends) : IOrderStore
    {
        public Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken) => orders.InsertAsync(order, cancellationToken);

        public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken) => orders.FindAsync(orderId, cancellationToken);

        public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken) => orders.ListAsync(query, cancellationToken);

        public async Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken)
        {
            var isUpdated = await orders.TryUpdateAsync(order, cancellationToken);
            if (isUpdated)
                _ = TellAsync(order, database.OnDiskAsync());
            return isUpdated;
        }

        // Report that an order has ended only when the update to its final status is on disk. The update may reach the disk
        // some time after TryUpdateAsync returns, because several orders share a transaction.
        private async Task TellAsync(Order order, Task onDisk)
        {
            await onDisk.ConfigureAwait(false);
            ends.Tell(order);
        }
    }
}
