using OrderSystem.Core.Orders;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Embedded.Orders;

/// <summary>Orders in SQLite, one store for a file. An order and the record of its change are one transaction.</summary>
/// <param name="database">The file.</param>
/// <param name="changes">Makes the records.</param>
/// <param name="load">Says when no more orders may come in; null lets all in.</param>
public sealed class SqliteOrderStore(EmbeddedDatabase database, OrderChanges changes, IAcceptance? load = null) : IOrderStore
{
    private const string Select = $"SELECT {OrderDocument.Columns} FROM orders";

    private readonly RecentOrders _recent = new();

    /// <inheritdoc />
    public async Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken)
    {
        if (load?.Refusal() is { } refusal)
            throw new StoreUnavailableException(refusal, new TimeoutException());
        var document = OrderDocument.Write(order);
        var change = changes.Inserted(order);
        return await database.WriteOrRefuseAsync(session =>
        {
            if (Find(session, order.OrderId) is { } first)
                return new Insertion(first, Inserted: false);
            session.Execute(
                "INSERT INTO orders (id, customer, status, created, updated, version, reason, refunded, notified, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                order.OrderId, order.CustomerId, (int)order.Status, order.CreatedAt.UtcTicks, order.UpdatedAt.UtcTicks, order.Version, order.Reason, order.Refunded, order.NotifiedAt?.UtcTicks, document);
            _recent.Inserted(session, order);
            if (change is not null)
                changes.Write(session, change);
            return new Insertion(order, Inserted: true);
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var recent = database.IsTogether ? _recent.FindWritten(orderId) : _recent.Find(orderId);
        return Task.FromResult(recent ?? database.Read(session => Find(session, orderId)));
    }

    /// <inheritdoc />
    public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken)
    {
        var change = changes.Modified(order);
        return database.WriteAsync(session =>
        {
            var updated = session.Execute(
                "UPDATE orders SET status = $1, updated = $2, version = $3, reason = $4, refunded = $5, notified = $6 WHERE id = $7 AND version = $8",
                (int)order.Status, order.UpdatedAt.UtcTicks, order.Version, order.Reason, order.Refunded, order.NotifiedAt?.UtcTicks, order.OrderId, order.Version - 1) == 1;
            if (!updated)
                return false;
            _recent.Updated(session, order);
            if (change is not null)
                changes.Write(session, change);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc />
    public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var after = query.After;
        // An order that a page ended with is found again by its time and id, whatever became of it since.
        var created = after?.CreatedAt.UtcTicks ?? long.MaxValue;
        var id = after?.OrderId ?? "";
        var orders = database.Read(session => (query.CustomerId, query.Status) switch
        {
            ({ } customer, { } status) => session.Read($"{Select} WHERE customer = $1 AND status = $2 AND (created, id) < ($3, $4) ORDER BY created DESC, id DESC LIMIT $5", OrderDocument.Read, customer, (int)status, created, id, query.Limit + 1),
            ({ } customer, null) => session.Read($"{Select} WHERE customer = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4", OrderDocument.Read, customer, created, id, query.Limit + 1),
            (null, { } status) => session.Read($"{Select} WHERE status = $1 AND (created, id) < ($2, $3) ORDER BY created DESC, id DESC LIMIT $4", OrderDocument.Read, (int)status, created, id, query.Limit + 1),
            _ => throw new ArgumentException("A list is of a customer, of a status, or of both.", nameof(query)),
        });
        if (orders.Count <= query.Limit)
            return Task.FromResult(new OrderPage(orders, Next: null));
        var page = orders.Take(query.Limit).ToList();
        return Task.FromResult(new OrderPage(page, new PagePosition(page[^1].CreatedAt, page[^1].OrderId)));
    }

    private static Order? Find(Session session, string orderId) => session.First($"{Select} WHERE id = $1", OrderDocument.Read, orderId);
}
