using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>
/// Makes random calls fail before or after their effect. The result of a call that fails after its effect is lost. A
/// failing call either throws an exception or hangs until <see cref="Wake"/>. Everything else in these tests runs
/// synchronously, so a run depends only on its seed.
/// </summary>
internal sealed class Faults(Random random, double errors, double hangs)
{
    private readonly List<TaskCompletionSource> _hanging = [];

    public bool Enabled { get; set; } = true;

    /// <summary>Returns true while every call must fail.</summary>
    public Func<bool> Outage { get; init; } = () => false;

    public int Hanging => _hanging.Count;

    /// <summary>Resumes a random hanging call, and thereby its step, which may have timed out already.</summary>
    public void Wake()
    {
        var sleeper = _hanging[random.Next(_hanging.Count)];
        _hanging.Remove(sleeper);
        sleeper.SetResult();
    }

    public async Task<T> AroundAsync<T>(Func<Task<T>> effect)
    {
        await PointAsync();
        var result = await effect();
        await PointAsync();
        return result;
    }

    private Task PointAsync()
    {
        if (!Enabled)
            return Task.CompletedTask;
        if (Outage())
            throw new StoreUnavailableException("fault injected by the test", new TimeoutException());
        var roll = random.NextDouble();
        if (roll < errors)
            throw new StoreUnavailableException("fault injected by the test", new TimeoutException());
        if (roll >= errors + hangs)
            return Task.CompletedTask;
        var sleeper = new TaskCompletionSource();
        _hanging.Add(sleeper);
        return sleeper.Task;
    }
}

internal sealed class FaultyOrderStore(IOrderStore inner, Faults faults) : IOrderStore
{
    public Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.InsertAsync(order, cancellationToken));

    public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.FindAsync(orderId, cancellationToken));

    public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.TryUpdateAsync(order, cancellationToken));

    public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);
}

internal sealed class FaultyInventory(IInventory inner, Faults faults) : IInventory
{
    public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => inner.FindAsync(sku, cancellationToken);

    public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken) => inner.SetAsync(sku, available, cancellationToken);

    public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) =>
        faults.AroundAsync(() => inner.ReserveAsync(orderId, lines, cancellationToken));

    public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => faults.AroundAsync(async () =>
    {
        await inner.ReleaseAsync(orderId, cancellationToken);
        return true;
    });
}

internal sealed class FaultyLedger(IPaymentLedger inner, Faults faults) : IPaymentLedger
{
    public Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken) =>
        faults.AroundAsync(() => inner.BeginChargeAsync(orderId, amount, currency, cancellationToken));

    public Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken) =>
        faults.AroundAsync(() => inner.RecordChargeAsync(orderId, reference, cancellationToken));

    public Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.BeginRefundAsync(orderId, cancellationToken));

    public Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken) =>
        faults.AroundAsync(() => inner.RecordRefundAsync(orderId, chargeReference, refundReference, cancellationToken));

    public Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.FindAsync(orderId, cancellationToken));
}

internal sealed class FaultyTokens(IPaymentTokens inner, Faults faults) : IPaymentTokens
{
    public Task<PaymentToken?> FindAsync(string orderId, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.FindAsync(orderId, cancellationToken));

    public Task DeleteAsync(string orderId, CancellationToken cancellationToken) => faults.AroundAsync(async () =>
    {
        await inner.DeleteAsync(orderId, cancellationToken);
        return true;
    });
}

internal sealed class FaultyGateway(IPaymentGateway inner, Faults faults) : IPaymentGateway
{
    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.ChargeAsync(request, cancellationToken));

    public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => faults.AroundAsync(() => inner.RefundAsync(request, cancellationToken));
}

internal sealed class FaultyNotifications(Faults faults) : INotifications
{
    public Task SendConfirmationAsync(Order order, CancellationToken cancellationToken) => faults.AroundAsync(() => Task.FromResult(true));
}
