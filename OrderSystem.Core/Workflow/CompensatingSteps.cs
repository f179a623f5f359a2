using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Core.Workflow;

/// <summary>Gives back an order's stock, and shuts out a reservation that comes late.</summary>
public sealed class ReleaseInventory(IInventory inventory)
{
    /// <summary>Releases, once however often it is called.</summary>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        await inventory.ReleaseAsync(request.OrderId, cancellationToken);
        return StepResult.Succeeded;
    }
}

/// <summary>Gives back an order's money, and shuts out a charge that comes late.</summary>
public sealed class RefundPayment(IPaymentLedger ledger, IPaymentGateway gateway)
{
    /// <summary>Refunds, once however often it is called; an order that was never charged is left voided.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">The gateway gave no answer; repeat the step.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var payment = await ledger.BeginRefundAsync(request.OrderId, cancellationToken);
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

/// <summary>Ends an order that can't be fulfilled.</summary>
public sealed class RejectOrder(OrderTransitions transitions, IPaymentLedger ledger)
{
    /// <summary>Moves the order to <see cref="OrderStatus.Rejected"/>.</summary>
    /// <exception cref="OrderTransitionException">The order is completed, or its money was not given back.</exception>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var payment = await ledger.FindAsync(request.OrderId, cancellationToken);
        if (payment?.State is PaymentState.Charged or PaymentState.Pending)
            throw new OrderTransitionException($"The payment of order {request.OrderId} is {payment.State}: refund it before the order is rejected.");
        await transitions.RejectAsync(
            request.OrderId, request.Reason ?? RejectionReason.ProcessingFailed, payment?.State == PaymentState.Refunded, cancellationToken);
        return StepResult.Succeeded;
    }
}
