using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>Tells the customer that the order goes out.</summary>
public sealed class NotifyCustomer(OrderTransitions transitions, INotifications notifications)
{
    /// <summary>Sends once, as far as the note on the order and the sender's idempotency key reach.</summary>
    /// <exception cref="NotificationException">It can't be sent now; the order is none the worse.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.GetAsync(request.OrderId, cancellationToken);
        if (order.Status == OrderStatus.Rejected)
            return StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed);
        if (order.Status is not (OrderStatus.Reserved or OrderStatus.Completed))
            throw new OrderTransitionException($"Order {order.OrderId} is {order.Status}: its customer is told once its stock is held.");
        if (order.NotifiedAt is not null)
            return StepResult.Succeeded;
        await notifications.SendConfirmationAsync(order, cancellationToken);
        await transitions.NoteNotificationAsync(order.OrderId, cancellationToken);
        return StepResult.Succeeded;
    }
}
