namespace OrderSystem.Core.Orders;

/// <summary>The store of orders. An order is inserted once; an update must be based on the stored version.</summary>
public interface IOrderStore
{
    /// <summary>
    /// Inserts an order unless its id is taken. When the method returns, the order is durable and in the change stream. The
    /// order's payment token is stored in <see cref="Payments.IPaymentTokens"/> only, in the same transaction.
    /// </summary>
    /// <returns>The order that is stored under the id, without its token, and whether this call inserted the order.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The store can't be reached. The order may or may not have been inserted.
    /// </exception>
    Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken);

    /// <summary>Reads an order's current version; null if it does not exist.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Updates an order's status, rejection reason, refund flag and notification time.</summary>
    /// <param name="order">The next version of the order, made with <see cref="Order.Next"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// True if the order was updated; false if the stored version is not the version that precedes
    /// <paramref name="order"/>.
    /// </returns>
    /// <exception cref="StoreUnavailableException">
    /// The store can't be reached. The order may or may not have been updated.
    /// </exception>
    Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken);

    /// <summary>Lists orders, newest first.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken);
}

/// <summary>The result of <see cref="IOrderStore.InsertAsync"/>.</summary>
/// <param name="Order">The order stored under the id.</param>
/// <param name="Inserted">Whether this call inserted the order; false if the id was taken.</param>
public sealed record Insertion(Order Order, bool Inserted);

/// <summary>Selects the orders to list: by customer, by status, or by customer and status.</summary>
/// <param name="CustomerId">The customer; null for all customers.</param>
/// <param name="Status">The status; null for every status.</param>
/// <param name="Limit">The maximum number of orders, from 1 to 100.</param>
/// <param name="After">Where the previous page ended; null for the first page.</param>
public sealed record OrderQuery(string? CustomerId, OrderStatus? Status, int Limit, PagePosition? After);

/// <summary>One page of a list of orders.</summary>
/// <param name="Orders">The orders, newest first.</param>
/// <param name="Next">Where the next page begins; null on the last page.</param>
public sealed record OrderPage(IReadOnlyList<Order> Orders, PagePosition? Next);

/// <summary>A position in a list of orders, directly after the order with these values.</summary>
/// <param name="CreatedAt">When the order was accepted.</param>
/// <param name="OrderId">The order's id.</param>
public sealed record PagePosition(DateTimeOffset CreatedAt, string OrderId);
