using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Workflow;

/// <summary>The workflow step that validates the stored order, which another program may have written.</summary>
public sealed class ValidateOrder(OrderTransitions transitions, ILogger<ValidateOrder> logger)
{
    /// <summary>
    /// Moves the order to <see cref="OrderStatus.Validated"/>, or returns a refusal with the reason
    /// <see cref="RejectionReason.Invalid"/> if the order is invalid.
    /// </summary>
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
