using OrderSystem.Core.Orders;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>
/// Orders in SQLite. An order and the record of its change are written in one transaction. Create only one store per file,
/// because it caches orders.
/// </summary>
/// <param name="database">The database that holds the orders.</param>
/// <param name="changes">Writes the changes to the change log.</param>
/// <param name="refusal">Returns why new orders are refused now, or null to accept them. If omitted, every order is accepted.</param>
public sealed class SqliteOrderStore(EmbeddedDatabase database, OrderChanges changes, Func<string?>? refusal = null) : IOrderStore
{
    private const string Select = $"SELECT {OrderDocument.Columns} FROM orders";

    private readonly RecentOrders _recent = new();

    /// <inheritdoc />
    public async Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken)
    {
        if (refusal?.Invoke() is { } reason)
            throw new StoreUnavailableException(reason, new TimeoutException());
        var document = OrderDocument.Write(order);
        var stored = order.WithoutToken();
        var change = changes.Inserted(order);
        return await database.WriteOrRefuseAsync(session =>
        {
            var isNew = session.Execute(
                "INSERT INTO orders (id, customer, status, created, updated, version, reason, refunded, notified, document, outcome) "
                    + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING",
                order.OrderId, order.CustomerId, (int)order.Status, order.CreatedAt.UtcTicks, order.UpdatedAt.UtcTicks, order.Version,
                    order.Reason?.Name(), order.Refunded, order.NotifiedAt?.UtcTicks, document, IsEnd(order.Status) ? (int)order.Status : null) == 1;
            if (!isNew)
                return new Insertion(Find(session, order.OrderId)!, Inserted: false);
            if (order.Payment is { } token)
                SqlitePaymentTokens.Insert(session, order.OrderId, token);
            _recent.Inserted(session, stored);
            if (change is not null)
                changes.Write(session, change);
            return new Insertion(stored, Inserted: true);
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
            var updated = TryUpdate(session, order);
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
        // A page starts after the creation time and the id of the previous page's last order; neither value ever changes.
        var created = after?.CreatedAt.UtcTicks ?? long.MaxValue;
        var id = after?.OrderId ?? "";
        var orders = database.Read(session => (query.CustomerId, query.Status) switch
        {
            ({ } customer, { } status) => session.Read($"{Select} WHERE customer = ?1 AND status = ?2 AND (created, id) < (?3, ?4) ORDER BY created DESC, id DESC LIMIT ?5", OrderDocument.Read, customer, (int)status, created, id, query.Limit + 1),
            ({ } customer, null) => session.Read($"{Select} WHERE customer = ?1 AND (created, id) < (?2, ?3) ORDER BY created DESC, id DESC LIMIT ?4", OrderDocument.Read, customer, created, id, query.Limit + 1),
            (null, { } status) when IsEnd(status) => session.Read($"{Select} WHERE outcome = ?1 AND (created, id) < (?2, ?3) ORDER BY created DESC, id DESC LIMIT ?4", OrderDocument.Read, (int)status, created, id, query.Limit + 1),
            (null, { } status) => session.Read($"{Select} WHERE outcome IS NULL AND status = ?1 AND (created, id) < (?2, ?3) ORDER BY created DESC, id DESC LIMIT ?4", OrderDocument.Read, (int)status, created, id, query.Limit + 1),
            _ => throw new ArgumentException("The query must name a customer, a status, or both.", nameof(query)),
        });
        if (orders.Count <= query.Limit)
            return Task.FromResult(new OrderPage(orders, Next: null));
        var page = orders.Take(query.Limit).ToList();
        return Task.FromResult(new OrderPage(page, new PagePosition(page[^1].CreatedAt, page[^1].OrderId)));
    }

    private static bool TryUpdate(Session session, Order order)
    {
        var isUnderWay = !IsEnd(order.Status);
        // This update changes no indexed column. The update matches no row if the version differs or the order has ended.
        if (isUnderWay && session.Execute(
            "UPDATE orders SET status = ?3, updated = ?4, version = ?5, reason = ?6, refunded = ?7, notified = ?8 WHERE id = ?1 AND version = ?2 AND outcome IS NULL",
            order.OrderId, order.Version - 1, (int)order.Status, order.UpdatedAt.UtcTicks, order.Version, order.Reason?.Name(), order.Refunded, order.NotifiedAt?.UtcTicks) == 1)
            return true;
        return session.Execute(
            "UPDATE orders SET status = ?3, updated = ?4, version = ?5, reason = ?6, refunded = ?7, notified = ?8, outcome = ?9 WHERE id = ?1 AND version = ?2",
            order.OrderId, order.Version - 1, (int)order.Status, order.UpdatedAt.UtcTicks, order.Version, order.Reason?.Name(), order.Refunded,
                order.NotifiedAt?.UtcTicks, isUnderWay ? null : (int)order.Status) == 1;
    }

    private static bool IsEnd(OrderStatus status) => status is OrderStatus.Completed or OrderStatus.Rejected;

    private static Order? Find(Session session, string orderId) => session.First($"{Select} WHERE id = ?1", OrderDocument.Read, orderId);
}
