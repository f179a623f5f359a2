using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Core.Workflow;

/// <summary>The compensation step that rejects an order.</summary>
public sealed class RejectOrder(OrderTransitions transitions, IPaymentLedger ledger, IPaymentTokens tokens)
{
    /// <summary>Moves the order to <see cref="OrderStatus.Rejected"/>.</summary>
    /// <exception cref="OrderTransitionException">The order is completed, or its charge was not refunded.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var payment = await ledger.FindAsync(request.OrderId, cancellationToken);
        if (payment?.State is PaymentState.Charged or PaymentState.Pending)
            throw new OrderTransitionException($"The payment of order {request.OrderId} is {payment.State}: run RefundPayment before RejectOrder.");
        // An order that was refused before its payment began still has its payment token.
        await tokens.DeleteAsync(request.OrderId, cancellationToken);
        await transitions.RejectAsync(
            request.OrderId, request.Reason ?? RejectionReason.ProcessingFailed, payment?.State == PaymentState.Refunded, cancellationToken);
        return StepResult.Succeeded;
    }
}
