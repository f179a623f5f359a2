using OrderSystem.Core.Payments;

namespace OrderSystem.Core.Workflow;

/// <summary>Gives back an order's money, and shuts out a charge that comes late.</summary>
public sealed class RefundPayment(IPaymentLedger ledger, IPaymentTokens tokens, IPaymentGateway gateway)
{
    /// <summary>Refunds, once however often it is called; an order that was never charged is left voided.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">The gateway gave no answer; repeat the step.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var payment = await ledger.BeginRefundAsync(request.OrderId, cancellationToken);
        await tokens.DeleteAsync(request.OrderId, cancellationToken);
        // A voided payment with attempts may have been charged without a record: only the gateway can tell.
        if (payment.State == PaymentState.Charged || payment is { State: PaymentState.Voided, Attempts: > 0 })
        {
            var refund = await gateway.RefundAsync(new RefundRequest(request.OrderId, payment.ChargeReference), cancellationToken);
            if (refund is { ChargeReference: { } charge, Reference: { } reference })
                await ledger.RecordRefundAsync(request.OrderId, charge, reference, cancellationToken);
        }

        return StepResult.Succeeded;
    }
}
