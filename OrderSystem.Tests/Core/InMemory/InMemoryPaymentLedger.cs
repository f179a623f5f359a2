using OrderSystem.Core.Payments;

namespace OrderSystem.Tests.Core.InMemory;

internal sealed class InMemoryPaymentLedger : IPaymentLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Payment> _payments = new(StringComparer.Ordinal);

    public Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null => new Payment(orderId, PaymentState.Pending, 1, amount, currency, null, null, Sample.Noon, null, null),
        { State: PaymentState.Pending } => payment with { Attempts = payment.Attempts + 1 },
        _ => payment,
    });

    public Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null => throw new InvalidOperationException("never begun"),
        { State: PaymentState.Pending } when reference is null => payment with { State = PaymentState.Declined },
        { State: PaymentState.Pending } => payment with { State = PaymentState.Charged, ChargeReference = reference, ChargedAt = Sample.Noon },
        _ => payment,
    });

    public Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null => new Payment(orderId, PaymentState.Voided, 0, null, null, null, null, Sample.Noon, null, null),
        { State: PaymentState.Pending } => payment with { State = PaymentState.Voided },
        _ => payment,
    });

    public Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken) => Change(orderId, payment => payment switch
    {
        null or { State: PaymentState.Pending } => throw new InvalidOperationException("begin the refund first"),
        { State: PaymentState.Refunded } => payment,
        _ => payment with
        {
            State = PaymentState.Refunded,
            ChargeReference = payment.ChargeReference ?? chargeReference,
            ChargedAt = payment.ChargedAt ?? Sample.Noon,
            RefundReference = refundReference,
            RefundedAt = Sample.Noon,
        },
    });

    public Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(_payments.GetValueOrDefault(orderId));
    }

    private Task<Payment> Change(string orderId, Func<Payment?, Payment> change)
    {
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
