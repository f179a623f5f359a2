using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

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
