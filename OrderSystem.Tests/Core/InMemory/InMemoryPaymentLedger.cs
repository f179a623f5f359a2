using OrderSystem.Core.Payments;

namespace OrderSystem.Tests.Core.InMemory;

internal sealed class InMemoryPaymentLedger : IPaymentLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Payment> _payments = new(StringComparer.Ordinal);
    private readonly TimeProvider? _time;

    public InMemoryPaymentLedger()
    {
    }

    private InMemoryPaymentLedger(InMemoryPaymentLedger same, TimeProvider time) => (_lock, _payments, _time) = (same._lock, same._payments, time);

    private DateTimeOffset Now => _time?.GetUtcNow() ?? Sample.Noon;

    /// <summary>Returns the same ledger with another clock.</summary>
    public InMemoryPaymentLedger At(TimeProvider time) => new(this, time);

    public Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null => new Payment(orderId, PaymentState.Pending, 1, amount, currency, null, null, Now, null, null),
        { State: PaymentState.Pending } => payment with { Attempts = payment.Attempts + 1 },
        _ => payment,
    }, cancellationToken);

    public Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null => throw new InvalidOperationException("never begun"),
        { State: PaymentState.Pending } when reference is null => payment with { State = PaymentState.Declined },
        { State: PaymentState.Pending } => payment with { State = PaymentState.Charged, ChargeReference = reference, ChargedAt = Now },
        _ => payment,
    }, cancellationToken);

    public Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null => new Payment(orderId, PaymentState.Voided, 0, null, null, null, null, Now, null, null),
        { State: PaymentState.Pending } => payment with { State = PaymentState.Voided },
        _ => payment,
    }, cancellationToken);

    public Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null or { State: PaymentState.Pending } => throw new InvalidOperationException("begin the refund first"),
        { State: PaymentState.Refunded } => payment,
        _ => payment with
        {
            State = PaymentState.Refunded,
            ChargeReference = payment.ChargeReference ?? chargeReference,
            ChargedAt = payment.ChargedAt ?? Now,
            RefundReference = refundReference,
            RefundedAt = Now,
        },
    }, cancellationToken);

    public Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
            return Task.FromResult(_payments.GetValueOrDefault(orderId));
    }

    private Task<Payment> Change(string orderId, Func<Payment?, Payment> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            try
            {
                return Task.FromResult(_payments[orderId] = change(_payments.GetValueOrDefault(orderId)));
            }
            catch (InvalidOperationException e)
            {
                return Task.FromException<Payment>(e);
            }
        }
    }
}
