using OrderSystem.Core.Orders;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.Orders;

/// <summary>
/// The orders written last, as they are on disk: every step of an order begins by reading it. Only the writer's thread
/// puts orders in, in the order of the commits, and no other process writes the file; so none found here is out of date.
/// </summary>
internal sealed class RecentOrders
{
    private const int Places = 4096;

    private readonly Order?[] _orders = new Order?[Places];

    // Of the transaction under way: for the writer's thread alone.
    private readonly Dictionary<string, Order> _written = new(StringComparer.Ordinal);

    /// <summary>The order as it was committed last; null where others have taken its place.</summary>
    public Order? Find(string orderId) => Volatile.Read(ref _orders[Place(orderId)]) is { } order && order.OrderId == orderId ? order : null;

    /// <summary>The order as the transaction under way has it, on the writer's thread.</summary>
    public Order? FindWritten(string orderId) => _written.GetValueOrDefault(orderId) ?? Find(orderId);

    /// <summary>Keeps an order that the transaction under way has inserted.</summary>
    public void Inserted(Session session, Order order)
    {
        _written[order.OrderId] = order;
        session.AtEnd(failure =>
        {
            _written.Remove(order.OrderId);
            // After a failure the file decides: a commit may have reached it all the same.
            Volatile.Write(ref _orders[Place(order.OrderId)], failure is null ? order : null);
        });
    }

    /// <summary>Changes an order that the transaction under way has updated, as its row was changed; one that is not here stays in the file.</summary>
    public void Updated(Session session, Order order)
    {
        if (FindWritten(order.OrderId) is { } held)
            Inserted(session, held with { Status = order.Status, UpdatedAt = order.UpdatedAt, Version = order.Version, Reason = order.Reason, Refunded = order.Refunded, NotifiedAt = order.NotifiedAt });
    }

    private static uint Place(string orderId) => (uint)orderId.GetHashCode(StringComparison.Ordinal) % Places;
}
