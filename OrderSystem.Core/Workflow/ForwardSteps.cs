using Microsoft.Extensions.Logging;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>Checks the stored order, which some other program may have written, against the rules.</summary>
public sealed class ValidateOrder(OrderTransitions transitions, ILogger<ValidateOrder> logger)
{
    /// <summary>Answers <see cref="RejectionReason.Invalid"/>, or moves the order to <see cref="OrderStatus.Validated"/>.</summary>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.GetAsync(request.OrderId, cancellationToken);
        if (order.Status == OrderStatus.Pending)
        {
            var faults = OrderRules.Check(order);
            if (faults.Count > 0)
            {
                Log.StoredOrderInvalid(logger, order.OrderId, string.Join("; ", faults.Select(fault => $"{fault.Path} {fault.Message}")));
                return StepResult.Refused(RejectionReason.Invalid);
            }

            order = await transitions.AdvanceAsync(request.OrderId, OrderStatus.Validated, cancellationToken);
        }

        return order.Status == OrderStatus.Rejected ? StepResult.Refused(order.Reason ?? RejectionReason.Invalid) : StepResult.Succeeded;
    }
}

/// <summary>Holds the stock of every line, or of none.</summary>
public sealed class UpdateInventory(OrderTransitions transitions, IInventory inventory)
{
    /// <summary>Answers <see cref="RejectionReason.InsufficientStock"/>, or moves the order to <see cref="OrderStatus.Reserved"/>.</summary>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.GetAsync(request.OrderId, cancellationToken);
        if (order.Status == OrderStatus.Completed)
            return StepResult.Succeeded;
        if (order.Status == OrderStatus.Rejected)
            return StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed);
        if (order.Status is not (OrderStatus.Paid or OrderStatus.Reserved))
            throw new OrderTransitionException($"Order {order.OrderId} is {order.Status}: its stock is held once it is Paid.");

        // A Reserved order is no proof: a workflow that was parked amid its compensation may have given the stock back.
        switch (await inventory.ReserveAsync(order.OrderId, order.Lines, cancellationToken))
        {
            case Reservation.InsufficientStock:
                return StepResult.Refused(RejectionReason.InsufficientStock);
            case Reservation.Released:
                return StepResult.Refused(RejectionReason.ProcessingFailed);
            default:
                order = await transitions.AdvanceAsync(order.OrderId, OrderStatus.Reserved, cancellationToken);
                return order.Status == OrderStatus.Rejected ? StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed) : StepResult.Succeeded;
        }
    }
}

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

/// <summary>Ends an order well.</summary>
public sealed class CompleteOrder(OrderTransitions transitions)
{
    /// <summary>Moves the order to <see cref="OrderStatus.Completed"/>.</summary>
    /// <exception cref="OrderTransitionException">The order's stock is not held, or it was rejected.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.AdvanceAsync(request.OrderId, OrderStatus.Completed, cancellationToken);
        return order.Status == OrderStatus.Completed
            ? StepResult.Succeeded
            : throw new OrderTransitionException($"Order {order.OrderId} is {order.Status} and can't become Completed.");
    }
}
