using OrderSystem.Core.Orders;

namespace OrderSystem.Embedded.Orders;

/// <summary>
/// The orders written last, as they are on disk: every step of an order begins by reading it. Only the writer's thread
/// puts orders in, in the order of the commits, and no other process writes the file; so none found here is out of date.
/// </summary>
internal sealed class RecentOrders
{
    private const int Places = 4096;

    private readonly Order?[] _orders = new Order?[Places];

    /// <summary>The order as it was committed last; null where others have taken its place.</summary>
    public Order? Find(string orderId) => Volatile.Read(ref _orders[Place(orderId)]) is { } order && order.OrderId == orderId ? order : null;

    /// <summary>Keeps an order that was inserted just now.</summary>
    public void Inserted(Order order) => Volatile.Write(ref _orders[Place(order.OrderId)], order);

    /// <summary>Changes an order that was updated just now, as its row was changed; one that is not here stays in the file.</summary>
    public void Updated(Order order)
    {
        if (Find(order.OrderId) is { } held)
            Volatile.Write(ref _orders[Place(order.OrderId)], held with { Status = order.Status, UpdatedAt = order.UpdatedAt, Version = order.Version, Reason = order.Reason, Refunded = order.Refunded, NotifiedAt = order.NotifiedAt });
    }

    private static uint Place(string orderId) => (uint)orderId.GetHashCode(StringComparison.Ordinal) % Places;
}
