using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>The workflow step that completes an order.</summary>
public sealed class CompleteOrder(OrderTransitions transitions)
{
    /// <summary>Moves the order to <see cref="OrderStatus.Completed"/>.</summary>
    /// <exception cref="OrderTransitionException">The order's stock is not reserved, or the order was rejected.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.AdvanceAsync(request.OrderId, OrderStatus.Completed, cancellationToken);
        return order.Status == OrderStatus.Completed
            ? StepResult.Succeeded
            : throw new OrderTransitionException($"Order {order.OrderId} is {order.Status} and can't become Completed.");
    }
}
