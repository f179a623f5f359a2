using OrderSystem.Core.Payments;

namespace OrderSystem.Core.Workflow;

/// <summary>The compensation step that refunds an order's charge and blocks any later charge.</summary>
public sealed class RefundPayment(IPaymentLedger ledger, IPaymentTokens tokens, PaymentGateway gateway)
{
    /// <summary>Refunds the charge once. If there was no charge, voids the payment.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">The gateway did not respond; repeat the step.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var payment = await ledger.BeginRefundAsync(request.OrderId, cancellationToken);
        await tokens.DeleteAsync(request.OrderId, cancellationToken);
        // If charging a voided payment was attempted, the gateway may have made a charge that the ledger does not contain.
        // Ask the gateway for a refund: it refunds such a charge and otherwise does nothing.
        if (payment.State == PaymentState.Charged || payment is { State: PaymentState.Voided, Attempts: > 0 })
        {
            var refund = await gateway.RefundAsync(new RefundRequest(request.OrderId, payment.ChargeReference), cancellationToken);
            if (refund is { ChargeReference: { } charge, Reference: { } reference })
                await ledger.RecordRefundAsync(request.OrderId, charge, reference, cancellationToken);
        }

        return StepResult.Succeeded;
    }
}
