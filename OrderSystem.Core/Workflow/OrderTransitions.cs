using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>
/// Moves orders from one status to the next. Calling a method repeatedly is safe, even from two processes at once.
/// </summary>
public sealed class OrderTransitions(IOrderStore orders, TimeProvider time, ILogger<OrderTransitions> logger)
{
    // Concurrent updates of the same order are rare, so a few retries are enough.
    private const int MaximumTries = 10;

    /// <summary>Reads an order.</summary>
    /// <exception cref="OrderNotFoundException">The order does not exist.</exception>
    public async Task<Order> GetAsync(string orderId, CancellationToken cancellationToken) =>
        await orders.FindAsync(orderId, cancellationToken) ?? throw new OrderNotFoundException(orderId);

    /// <summary>Moves an order to a status, unless the order has already reached that status or was rejected.</summary>
    /// <returns>
    /// The current order; its status is <see cref="OrderStatus.Rejected"/> if the order was rejected in the meantime.
    /// </returns>
    /// <exception cref="OrderTransitionException">The order has not reached the preceding status.</exception>
    public Task<Order> AdvanceAsync(string orderId, OrderStatus target, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order.Status switch
        {
            _ when order.Status >= target => null,
            _ when order.Status == target - 1 => order with { Status = target },
            _ => throw new OrderTransitionException($"Order {orderId} is {order.Status} and can't become {target}."),
        }, cancellationToken);

    /// <summary>Rejects an order. If the order is already rejected, only a refund is recorded.</summary>
    /// <exception cref="OrderTransitionException">The order is completed.</exception>
    public Task<Order> RejectAsync(string orderId, RejectionReason reason, bool refunded, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order.Status switch
        {
            OrderStatus.Completed => throw new OrderTransitionException($"Order {orderId} is Completed and can no longer be rejected."),
            OrderStatus.Rejected => refunded && !order.Refunded ? order with { Refunded = true } : null,
            _ => order with { Status = OrderStatus.Rejected, Reason = reason, Refunded = refunded },
        }, cancellationToken);

    /// <summary>Marks a rejected order as refunded; any other order is left unchanged.</summary>
    public Task<Order> NoteRefundAsync(string orderId, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order is { Status: OrderStatus.Rejected, Refunded: false } ? order with { Refunded = true } : null, cancellationToken);

    /// <summary>Records the time of the customer's notification, unless a time is recorded already.</summary>
    public Task<Order> NoteNotificationAsync(string orderId, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order.NotifiedAt is null ? order with { NotifiedAt = time.GetUtcNow() } : null, cancellationToken);

    private async Task<Order> ChangeAsync(string orderId, Func<Order, Order?> change, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaximumTries; tries++)
        {
            var order = await GetAsync(orderId, cancellationToken);
            if (change(order) is not { } changed)
                return order;
            var next = changed.Next(time.GetUtcNow());
            if (!await orders.TryUpdateAsync(next, cancellationToken))
                continue;
            if (next.Status != order.Status)
                Moved(order.Status, next);
            return next;
        }

        throw new OrderTransitionException($"Order {orderId} could not be updated: too many concurrent changes.");
    }

    private void Moved(OrderStatus from, Order order)
    {
        if (order.Status == OrderStatus.Rejected)
            Log.OrderRejected(logger, order.OrderId, from, order.Reason?.Name(), order.Refunded ? "its charge was refunded" : "nothing was charged");
        else
            Log.OrderMoved(logger, order.OrderId, from, order.Status);
        if (order.Status is OrderStatus.Completed or OrderStatus.Rejected)
        {
            Telemetry.OrdersEnded.Add(1, new("status", order.Status.ToString()), new("reason", order.Reason?.Name()));
            Telemetry.OrderDuration.Record((order.UpdatedAt - order.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("status", order.Status.ToString()));
        }
    }
}

/// <summary>The order that a workflow step must handle does not exist.</summary>
public sealed class OrderNotFoundException(string orderId) : Exception($"Order {orderId} does not exist.");

/// <summary>An order can't move to the requested status.</summary>
public sealed class OrderTransitionException(string message) : Exception(message);
