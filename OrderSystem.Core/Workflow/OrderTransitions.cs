using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>Moves an order from status to status. Every move may be repeated, also by two processes at once.</summary>
public sealed class OrderTransitions(IOrderStore orders, TimeProvider time, ILogger<OrderTransitions> logger)
{
    // Steps of one order rarely meet; a loser needs to look once more, not for ever.
    private const int MaximumTries = 10;

    /// <summary>Reads an order.</summary>
    /// <exception cref="OrderNotFoundException">There is none.</exception>
    public async Task<Order> GetAsync(string orderId, CancellationToken cancellationToken) =>
        await orders.FindAsync(orderId, cancellationToken) ?? throw new OrderNotFoundException(orderId);

    /// <summary>Moves an order one status on, unless it is there already or was rejected.</summary>
    /// <returns>The order as it is now; <see cref="OrderStatus.Rejected"/> where it was rejected meanwhile.</returns>
    /// <exception cref="OrderTransitionException">The order is not yet at the status before.</exception>
    public Task<Order> AdvanceAsync(string orderId, OrderStatus target, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order.Status switch
        {
            _ when order.Status >= target => null,
            _ when order.Status == target - 1 => order with { Status = target },
            _ => throw new OrderTransitionException($"Order {orderId} is {order.Status} and can't become {target}."),
        }, cancellationToken);

    /// <summary>Rejects an order, unless it is rejected already.</summary>
    /// <exception cref="OrderTransitionException">The order is completed.</exception>
    public Task<Order> RejectAsync(string orderId, string reason, bool refunded, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order.Status switch
        {
            OrderStatus.Completed => throw new OrderTransitionException($"Order {orderId} is Completed and can't be rejected any more."),
            OrderStatus.Rejected => refunded && !order.Refunded ? order with { Refunded = true } : null,
            _ => order with { Status = OrderStatus.Rejected, Reason = reason, Refunded = refunded },
        }, cancellationToken);

    /// <summary>Notes on a rejected order that its money went back after all; other orders are left alone.</summary>
    public Task<Order> NoteRefundAsync(string orderId, CancellationToken cancellationToken) =>
        ChangeAsync(orderId, order => order is { Status: OrderStatus.Rejected, Refunded: false } ? order with { Refunded = true } : null, cancellationToken);

    /// <summary>Notes that the customer was told.</summary>
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

        throw new OrderTransitionException($"Order {orderId} keeps being changed by others.");
    }

    private void Moved(OrderStatus from, Order order)
    {
        if (order.Status == OrderStatus.Rejected)
            Log.OrderRejected(logger, order.OrderId, from, order.Reason, order.Refunded);
        else
            Log.OrderMoved(logger, order.OrderId, from, order.Status);
        if (order.Status is OrderStatus.Completed or OrderStatus.Rejected)
        {
            Telemetry.OrdersEnded.Add(1, new("status", order.Status.ToString()), new("reason", order.Reason));
            Telemetry.OrderDuration.Record((order.UpdatedAt - order.CreatedAt).TotalSeconds, new KeyValuePair<string, object?>("status", order.Status.ToString()));
        }
    }
}

/// <summary>A step was asked to work on an order that doesn't exist.</summary>
public sealed class OrderNotFoundException(string orderId) : Exception($"There is no order {orderId}.");

/// <summary>An order can't make the move it was asked for.</summary>
public sealed class OrderTransitionException(string message) : Exception(message);
