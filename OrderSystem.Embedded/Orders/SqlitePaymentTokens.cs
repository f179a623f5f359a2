using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>Payment tokens in SQLite, in the table <c>payment_tokens</c>.</summary>
public sealed class SqlitePaymentTokens(EmbeddedDatabase database) : IPaymentTokens
{
    /// <inheritdoc />
    public Task<PaymentToken?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(database.Read(session =>
            (session.First("SELECT token FROM payment_tokens WHERE id = ?1", row => row.GetString(0), orderId)
            // Orders placed before this table existed contain their payment token.
            ?? session.First("SELECT document FROM orders WHERE id = ?1", row => OrderDocument.Parse(row.GetBytes(0)).PaymentToken, orderId)) is { } secret
                ? new PaymentToken(secret)
                : (PaymentToken?)null));
    }

    /// <inheritdoc />
    public Task DeleteAsync(string orderId, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute("DELETE FROM payment_tokens WHERE id = ?1", orderId), cancellationToken);

    /// <summary>Inserts an order's token, in the transaction that inserts the order.</summary>
    internal static void Insert(Session session, string orderId, PaymentToken token) =>
        session.Execute("INSERT INTO payment_tokens (id, token) VALUES (?1, ?2)", orderId, token.Secret);
}
