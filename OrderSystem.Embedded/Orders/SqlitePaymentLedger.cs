using System.Globalization;
using OrderSystem.Core.Payments;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>The payment ledger in SQLite: one row per order. Amounts are stored as text, to keep every decimal place.</summary>
public sealed class SqlitePaymentLedger(EmbeddedDatabase database, TimeProvider time) : IPaymentLedger
{
    /// <inheritdoc />
    public Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken) => ChangeAsync(orderId, payment => payment switch
    {
        null => New(orderId, PaymentState.Pending) with { Attempts = 1, Amount = amount, Currency = currency },
        { State: PaymentState.Pending } => payment with { Attempts = payment.Attempts + 1 },
        _ => payment,
    }, cancellationToken);

    /// <inheritdoc />
    public Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken) => ChangeAsync(orderId, payment => payment switch
    {
        null => throw new InvalidOperationException($"No payment has been started for order {orderId}."),
        { State: PaymentState.Pending } when reference is null => payment with { State = PaymentState.Declined },
        { State: PaymentState.Pending } => payment with { State = PaymentState.Charged, ChargeReference = reference, ChargedAt = time.GetUtcNow() },
        _ => payment,
    }, cancellationToken);

    /// <inheritdoc />
    public Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken) => ChangeAsync(orderId, payment => payment switch
    {
        null => New(orderId, PaymentState.Voided),
        { State: PaymentState.Pending } => payment with { State = PaymentState.Voided },
        _ => payment,
    }, cancellationToken);

    /// <inheritdoc />
    public Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken) => ChangeAsync(orderId, payment => payment switch
    {
        null or { State: PaymentState.Pending } => throw new InvalidOperationException($"A refund of order {orderId} can't be recorded because the order's payment is {payment?.State.ToString() ?? "missing"}; call BeginRefundAsync first."),
        { State: PaymentState.Refunded } => payment,
        _ => payment with
        {
            State = PaymentState.Refunded,
            ChargeReference = payment.ChargeReference ?? chargeReference,
            ChargedAt = payment.ChargedAt ?? time.GetUtcNow(),
            RefundReference = refundReference,
            RefundedAt = time.GetUtcNow(),
        },
    }, cancellationToken);

    /// <inheritdoc />
    public Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Read(session => Find(session, orderId)));
    }

    private Payment New(string orderId, PaymentState state) => new(orderId, state, 0, null, null, null, null, time.GetUtcNow(), null, null);

    private Task<Payment> ChangeAsync(string orderId, Func<Payment?, Payment> change, CancellationToken cancellationToken) => database.WriteAsync(session =>
    {
        var before = Find(session, orderId);
        var after = change(before);
        if (before is null)
            session.Execute("INSERT INTO payments (id, state, attempts, amount, currency, charge, refund, started, charged, refunded) "
                + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", Columns(after));
        else if (after != before)
            session.Execute("UPDATE payments SET state = ?2, attempts = ?3, amount = ?4, currency = ?5, charge = ?6, refund = ?7, started "
                + "= ?8, charged = ?9, refunded = ?10 WHERE id = ?1", Columns(after));
        return after;
    }, cancellationToken);

    private static Payment? Find(Session session, string orderId) =>
        session.First("SELECT id, state, attempts, amount, currency, charge, refund, started, charged, refunded FROM payments WHERE id = ?1", Read, orderId);

    private static object?[] Columns(Payment payment) =>
    [
        payment.OrderId, (int)payment.State, payment.Attempts, payment.Amount?.ToString(CultureInfo.InvariantCulture), payment.Currency,
        payment.ChargeReference, payment.RefundReference, payment.StartedAt.UtcTicks, payment.ChargedAt?.UtcTicks, payment.RefundedAt?.UtcTicks,
    ];

    private static Payment Read(Row row) => new(
        row.GetString(0),
        (PaymentState)row.GetInt32(1),
        row.GetInt32(2),
        row.OptionalText(3) is { } amount ? decimal.Parse(amount, CultureInfo.InvariantCulture) : null,
        row.OptionalText(4),
        row.OptionalText(5),
        row.OptionalText(6),
        row.Time(7),
        row.OptionalTime(8),
        row.OptionalTime(9));
}
