using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>The workflow step that sends the order's confirmation to the customer.</summary>
public sealed class NotifyCustomer(OrderTransitions transitions, INotifications notifications)
{
    /// <summary>
    /// Sends the confirmation once. If a crash prevents the step from recording that the confirmation was sent, the retried
    /// step sends the confirmation again with the same idempotency key, so that the customer receives it only once.
    /// </summary>
    /// <exception cref="NotificationException">The confirmation could not be sent; the order is unchanged.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.GetAsync(request.OrderId, cancellationToken);
        if (order.Status == OrderStatus.Rejected)
            return StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed);
        if (order.Status is not (OrderStatus.Reserved or OrderStatus.Completed))
            throw new OrderTransitionException($"Order {order.OrderId} is {order.Status}: the customer is notified only when the order is Reserved.");
        if (order.NotifiedAt is not null)
            return StepResult.Succeeded;
        await notifications.SendConfirmationAsync(order, cancellationToken);
        await transitions.NoteNotificationAsync(order.OrderId, cancellationToken);
        return StepResult.Succeeded;
    }
}
