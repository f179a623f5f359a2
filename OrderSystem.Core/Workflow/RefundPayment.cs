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
        // If a voided payment has attempts, a charge may have been made but not recorded; only the gateway knows.
        if (payment.State == PaymentState.Charged || payment is { State: PaymentState.Voided, Attempts: > 0 })
        {
            var refund = await gateway.RefundAsync(new RefundRequest(request.OrderId, payment.ChargeReference), cancellationToken);
            if (refund is { ChargeReference: { } charge, Reference: { } reference })
                await ledger.RecordRefundAsync(request.OrderId, charge, reference, cancellationToken);
        }

        return StepResult.Succeeded;
    }
}
