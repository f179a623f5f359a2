using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.CrashTests.Faults.Ports;

/// <summary>Decorates an order store with crash points.</summary>
internal sealed class FaultyOrderStore(IOrderStore inner, FaultInjector faults) : IOrderStore
{
    public Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.InsertOrder, order.OrderId, () => inner.InsertAsync(order, cancellationToken), Unavailable);

    public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.FindOrder, orderId, () => inner.FindAsync(orderId, cancellationToken), Unavailable);

    public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.UpdateOrder, order.OrderId, () => inner.TryUpdateAsync(order, cancellationToken), Unavailable);

    public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    /// <summary>Creates the exception that every store throws while it is unavailable.</summary>
    internal static StoreUnavailableException Unavailable() => new("Injected fault.", new TimeoutException());
}

/// <summary>Decorates an inventory with crash points.</summary>
internal sealed class FaultyInventory(IInventory inner, FaultInjector faults) : IInventory
{
    public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => inner.FindAsync(sku, cancellationToken);

    public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken) => inner.SetAsync(sku, available, cancellationToken);

    public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.ReserveStock, orderId, () => inner.ReserveAsync(orderId, lines, cancellationToken), FaultyOrderStore.Unavailable);

    public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.ReleaseStock, orderId, () => inner.ReleaseAsync(orderId, cancellationToken), FaultyOrderStore.Unavailable);
}

/// <summary>Decorates a payment ledger with crash points.</summary>
internal sealed class FaultyPaymentLedger(IPaymentLedger inner, FaultInjector faults) : IPaymentLedger
{
    public Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.BeginCharge, orderId, () => inner.BeginChargeAsync(orderId, amount, currency, cancellationToken), FaultyOrderStore.Unavailable);

    public Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.RecordCharge, orderId, () => inner.RecordChargeAsync(orderId, reference, cancellationToken), FaultyOrderStore.Unavailable);

    public Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.BeginRefund, orderId, () => inner.BeginRefundAsync(orderId, cancellationToken), FaultyOrderStore.Unavailable);

    public Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken) =>
        faults.AroundAsync(CrashPoints.RecordRefund, orderId, () => inner.RecordRefundAsync(orderId, chargeReference, refundReference, cancellationToken), FaultyOrderStore.Unavailable);

    public Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken) => inner.FindAsync(orderId, cancellationToken);
}
