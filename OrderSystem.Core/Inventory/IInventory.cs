using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Inventory;

/// <summary>Stock, and what of it is held for which order. Stock never falls below zero.</summary>
public interface IInventory
{
    /// <summary>The highest stock that can be set.</summary>
    const int MaximumAvailable = 1_000_000_000;

    /// <summary>Reads an article's stock as it is now; null where the article is unknown.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken);

    /// <summary>Sets what is available of an article, not counting what is held; makes the article known.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached.</exception>
    Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the stock of all lines or of none. What was decided is recorded under the order's id: a repeat changes
    /// nothing and hears the same, also when the stock has changed since.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached, or too many want the same articles; repeat the call.</exception>
    Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken);

    /// <summary>
    /// Gives back what is held for an order, once, and shuts the order out: a reservation that comes later, from a step
    /// believed dead, is refused.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached; repeat the call.</exception>
    Task ReleaseAsync(string orderId, CancellationToken cancellationToken);
}

/// <summary>What there is of an article.</summary>
/// <param name="Sku">The article.</param>
/// <param name="Available">How many can be ordered, never negative.</param>
/// <param name="UpdatedAt">When that last changed, UTC.</param>
public sealed record StockLevel(string Sku, int Available, DateTimeOffset UpdatedAt);

/// <summary>What was decided on an order's stock.</summary>
public enum Reservation
{
    /// <summary>Every line is held.</summary>
    Held,

    /// <summary>A line asks for more than there is, or for an unknown article; nothing is held.</summary>
    InsufficientStock,

    /// <summary>The order was released before; nothing is held.</summary>
    Released,
}
