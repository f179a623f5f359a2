using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

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
