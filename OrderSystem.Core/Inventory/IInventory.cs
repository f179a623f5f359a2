using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Inventory;

/// <summary>The stock of products and the reservations of orders. Stock never falls below zero.</summary>
public interface IInventory
{
    /// <summary>The maximum stock that can be set for a product.</summary>
    const int MaximumAvailable = 1_000_000_000;

    /// <summary>Reads a product's current stock; null if the product is unknown.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken);

    /// <summary>
    /// Sets a product's available stock, which does not include the units held for orders. Adds the product if it is
    /// unknown.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken);

    /// <summary>
    /// Reserves the stock for all lines of an order, or for none. The decision is recorded under the order's id: a
    /// repeated call changes nothing and returns the same result, even if the stock has changed since the first call.
    /// </summary>
    /// <exception cref="StoreUnavailableException">
    /// The store can't be reached, or too many calls compete for the same products; repeat the call.
    /// </exception>
    Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the units held for an order to the stock; a repeated call changes nothing. Any later reservation for the
    /// order is refused, such as a reservation by a step that timed out but is still running.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached; repeat the call.</exception>
    Task ReleaseAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>A product's available stock.</summary>
/// <param name="Sku">The product's id.</param>
/// <param name="Available">The number of units that can be ordered; never negative.</param>
/// <param name="UpdatedAt">When the stock last changed, UTC.</param>
public sealed record StockLevel(string Sku, int Available, DateTimeOffset UpdatedAt);

/// <summary>The result of <see cref="IInventory.ReserveAsync"/>.</summary>
public enum Reservation
{
    /// <summary>The stock of every line is held.</summary>
    Held,

    /// <summary>
    /// An order line requests more than the available stock, or an unknown product. No stock is held for the order.
    /// </summary>
    InsufficientStock,

    /// <summary>
    /// <see cref="IInventory.ReleaseAsync"/> was called earlier for the same order, so no stock is held for the order.
    /// </summary>
    Released,
}
