namespace OrderSystem.Core.Orders;

/// <summary>Where orders are kept. An order is inserted once and changed only from the version that was read.</summary>
public interface IOrderStore
{
    /// <summary>
    /// Inserts an order unless its id is taken. Once this returns, the order is durable and in the change stream, and its
    /// payment token is in <see cref="Payments.IPaymentTokens"/> and nowhere else: both are stored, or neither.
    /// </summary>
    /// <returns>The order under that id, without its token, and whether this call put it there.</returns>
    /// <exception cref="StoreUnavailableException">The store can't be reached; whether the order was inserted is unknown.</exception>
    Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken);

    /// <summary>Reads an order as it is now; null if it does not exist.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Replaces an order's status, reason, refund and notification marks.</summary>
    /// <param name="order">The next version of the order, made with <see cref="Order.Next"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False where the stored version is no longer the one before it.</returns>
    /// <exception cref="StoreUnavailableException">The store can't be reached; whether the order was replaced is unknown.</exception>
    Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken);

    /// <summary>Lists orders, newest first.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken);
}

/// <summary>What an insert found.</summary>
/// <param name="Order">The order under the id.</param>
/// <param name="Inserted">Whether it is the one that was given.</param>
public sealed record Insertion(Order Order, bool Inserted);

/// <summary>Which orders to list; of a customer, of a status, or both.</summary>
/// <param name="CustomerId">Whose.</param>
/// <param name="Status">In which status.</param>
/// <param name="Limit">How many at most, from 1 to 100.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record OrderQuery(string? CustomerId, OrderStatus? Status, int Limit, PagePosition? After);

/// <summary>Some orders of a list.</summary>
/// <param name="Orders">The orders, newest first.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
public sealed record OrderPage(IReadOnlyList<Order> Orders, PagePosition? Next);

/// <summary>A place in a list of orders: after this one.</summary>
/// <param name="CreatedAt">When that order was accepted.</param>
/// <param name="OrderId">Its id.</param>
public sealed record PagePosition(DateTimeOffset CreatedAt, string OrderId);
