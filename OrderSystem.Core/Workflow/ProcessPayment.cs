using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Core.Workflow;

/// <summary>
/// The workflow step that charges an order once. The step writes to the payment ledger before and after it calls the
/// payment gateway. A crash between the two writes leaves the payment pending. The next attempt uses the same idempotency
/// key, so that the order is not charged twice. When the payment is settled, its token is deleted.
/// </summary>
public sealed class ProcessPayment(
    OrderTransitions transitions, IPaymentLedger ledger, IPaymentTokens tokens, PaymentGateway gateway, ILogger<ProcessPayment> logger)
{
    /// <summary>
    /// Moves the order to <see cref="OrderStatus.Paid"/>, or returns a refusal, usually with the reason
    /// <see cref="RejectionReason.PaymentDeclined"/>.
    /// </summary>
    /// <exception cref="PaymentGatewayTimeoutException">The gateway did not respond; repeat the step.</exception>
    /// <exception cref="PaymentTokenMissingException">The order has no payment token.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var order = await transitions.GetAsync(request.OrderId, cancellationToken);
        switch (order.Status)
        {
            case OrderStatus.Rejected:
                return StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed);
            case OrderStatus.Completed:
                return StepResult.Succeeded;
            case OrderStatus.Pending:
                throw new OrderTransitionException($"Order {order.OrderId} is Pending: an order is charged only when it is Validated.");
        }

        // The status Paid does not prove that the charge still exists: a workflow that was parked during compensation may
        // have refunded the charge. Only the ledger's entry counts.
        var payment = await ledger.BeginChargeAsync(order.OrderId, order.Total, order.Currency, cancellationToken);
        if (payment.State == PaymentState.Pending)
            payment = await ChargeAsync(order, payment, cancellationToken);
        if (payment.State != PaymentState.Pending)
            await tokens.DeleteAsync(order.OrderId, cancellationToken);

        switch (payment.State)
        {
            case PaymentState.Charged:
                order = await transitions.AdvanceAsync(order.OrderId, OrderStatus.Paid, cancellationToken);
                return order.Status == OrderStatus.Rejected ? StepResult.Refused(order.Reason ?? RejectionReason.ProcessingFailed) : StepResult.Succeeded;
            case PaymentState.Declined:
                return StepResult.Refused(RejectionReason.PaymentDeclined);
            default:
                return StepResult.Refused(RejectionReason.ProcessingFailed);
        }
    }

    private async Task<Payment> ChargeAsync(Order order, Payment payment, CancellationToken cancellationToken)
    {
        if (await tokens.FindAsync(order.OrderId, cancellationToken) is not { } token)
        {
            // Another attempt may have settled the payment in the meantime and deleted the token.
            return await ledger.FindAsync(order.OrderId, cancellationToken) is { State: not PaymentState.Pending } settled
                ? settled
                : throw new PaymentTokenMissingException($"Order {order.OrderId} has no payment token to charge.");
        }

        var charge = await gateway.ChargeAsync(new ChargeRequest(order.OrderId, token, order.Total, order.Currency, payment.Attempts), cancellationToken);
        payment = await ledger.RecordChargeAsync(order.OrderId, charge.Reference, cancellationToken);
        if (charge.Reference is not { } reference || payment.State is PaymentState.Charged or PaymentState.Refunded)
            return payment;

        // The workflow abandoned this step and voided the payment during the gateway call, so refund the charge that was
        // just made.
        Log.LateChargeReturned(logger, order.OrderId);
        var refund = await gateway.RefundAsync(new RefundRequest(order.OrderId, reference), cancellationToken);
        if (refund.Reference is null)
            return payment;
        payment = await ledger.RecordRefundAsync(order.OrderId, reference, refund.Reference, cancellationToken);
        await transitions.NoteRefundAsync(order.OrderId, cancellationToken);
        return payment;
    }
}
