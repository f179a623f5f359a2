using OrderSystem.Core.Orders;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>
/// Caches the last committed version of recently written orders, because every workflow step begins by reading its order. The
/// cache is never out of date: only the writer's thread adds orders, in commit order, and no other process writes the file.
/// </summary>
internal sealed class RecentOrders
{
    private const int Places = 4096;

    private readonly Order?[] _orders = new Order?[Places];

    // The orders that the current transaction has written. Used by the writer's thread only.
    private readonly Dictionary<string, Order> _written = new(StringComparer.Ordinal);

    /// <summary>Returns the last committed version of an order; null if the order is not cached.</summary>
    public Order? Find(string orderId) => Volatile.Read(ref _orders[Place(orderId)]) is { } order && order.OrderId == orderId ? order : null;

    /// <summary>
    /// Returns an order with the current transaction's changes; null if the order is not cached. Call this method on the
    /// writer's thread only.
    /// </summary>
    public Order? FindWritten(string orderId) => _written.GetValueOrDefault(orderId) ?? Find(orderId);

    /// <summary>Caches an order that the current transaction has written.</summary>
    public void Inserted(Session session, Order order)
    {
        _written[order.OrderId] = order;
        session.AtEnd(failure =>
        {
            _written.Remove(order.OrderId);
            // After a failed commit, drop the order from the cache, so that the next read uses the file: the order may have
            // been written to the file in spite of the failure.
            Volatile.Write(ref _orders[Place(order.OrderId)], failure is null ? order : null);
        });
    }

    /// <summary>
    /// Updates a cached order that the current transaction has updated in the database. Does nothing if the order is not
    /// cached.
    /// </summary>
    public void Updated(Session session, Order order)
    {
        if (FindWritten(order.OrderId) is { } held)
            Inserted(session, held with
            {
                Status = order.Status,
                UpdatedAt = order.UpdatedAt,
                Version = order.Version,
                Reason = order.Reason,
                Refunded = order.Refunded,
                NotifiedAt = order.NotifiedAt
            });
    }

    private static uint Place(string orderId) => (uint)orderId.GetHashCode(StringComparison.Ordinal) % Places;
}
