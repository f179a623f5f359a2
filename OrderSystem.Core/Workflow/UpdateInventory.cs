using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>The workflow step that reserves stock for all lines of an order, or for none of them.</summary>
public sealed class UpdateInventory(OrderTransitions transitions, IInventory inventory)
{
    /// <summary>
    /// Moves the order to <see cref="OrderStatus.Reserved"/>, or returns a refusal, usually with the reason
    /// <see cref="RejectionReason.InsufficientStock"/>.
    /// </summary>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.GetAsync(request.OrderId, cancellationToken);
        if (order.Status == OrderStatus.Completed)
            return StepResult.Succeeded;
        if (order.Status == OrderStatus.Rejected)
            return StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed);
        if (order.Status is not (OrderStatus.Paid or OrderStatus.Reserved))
            throw new OrderTransitionException($"Order {order.OrderId} is {order.Status}: the stock is reserved only when the order is Paid.");

        // The status Reserved does not prove that the stock is still reserved: a workflow that was parked during
        // compensation may have released the stock.
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
