using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace OrderSystem.Core.Orders;

/// <summary>
/// Accepts orders. Every accepted order is eventually completed or rejected, or is parked in the dead-letter queue.
/// </summary>
public sealed class PlaceOrder(IOrderStore orders, TimeProvider time, ILogger<PlaceOrder> logger)
{
    /// <summary>Accepts an order, or returns the order that is already stored under the same id.</summary>
    /// <exception cref="StoreUnavailableException">The store can't be reached; the request may be repeated.</exception>
    public async Task<Placement> HandleAsync(NewOrder request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var context = Activity.Current;
        var orderId = request.OrderId ?? Guid.CreateVersion7(now).ToString();
        var order = Order.From(request, orderId, now, context?.Id, TraceState.Limit(context?.TraceStateString));
        Activity.Current?.SetTag("order.id", orderId);

        var (stored, inserted) = await orders.InsertAsync(order, cancellationToken);
        // If the response to the insert was lost, the SDK's retry finds the order that the first attempt inserted.
        // Treat this order as new.
        if (inserted || (stored.CreatedAt == order.CreatedAt && stored.TraceParent == order.TraceParent && stored.AsksTheSameAs(order)))
        {
            Telemetry.OrdersAccepted.Add(1, new KeyValuePair<string, object?>("currency", order.Currency));
            Log.OrderAccepted(logger, orderId, order.Lines.Count);
            return new Placement(PlacementOutcome.Created, stored);
        }

        return new Placement(stored.AsksTheSameAs(order) ? PlacementOutcome.Repeated : PlacementOutcome.Conflict, stored);
    }
}

/// <summary>The result of <see cref="PlaceOrder.HandleAsync"/>.</summary>
/// <param name="Outcome">Whether the order is new, was accepted before, or conflicts with another order.</param>
/// <param name="Order">The order stored under the id.</param>
public sealed record Placement(PlacementOutcome Outcome, Order Order);

/// <summary>The outcome of a request to place an order.</summary>
public enum PlacementOutcome
{
    /// <summary>The order is new.</summary>
    Created,

    /// <summary>The same request was accepted before.</summary>
    Repeated,

    /// <summary>The id belongs to an order with different content.</summary>
    Conflict,
}
