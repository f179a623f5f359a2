using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// The ledger of charges and refunds: one payment per order. The intent is written before the gateway is called, so that a
/// payment found <see cref="PaymentState.Pending"/> can be charged again under the same key.
/// Every member throws <see cref="StoreUnavailableException"/> if the ledger can't be reached; the call may be repeated.
/// </summary>
public interface IPaymentLedger
{
    /// <summary>Counts an attempt, durably, if the payment is new or pending; otherwise changes nothing.</summary>
    /// <returns>The payment as it is now.</returns>
    Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken);

    /// <summary>Records the gateway's response to a charge, if the payment is pending; otherwise changes nothing.</summary>
    /// <param name="orderId">The order's id.</param>
    /// <param name="reference">The gateway's reference of the charge; null if it was declined.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The payment as it is now.</returns>
    Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken);

    /// <summary>Voids a payment that is new or pending, so that no charge can be begun or recorded later; otherwise changes nothing.</summary>
    /// <returns>The payment as it is now.</returns>
    Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Records a charge together with its refund; a repeated call changes nothing.</summary>
    /// <returns>The payment as it is now.</returns>
    /// <exception cref="InvalidOperationException">The payment was never begun or is pending; call <see cref="BeginRefundAsync"/> first.</exception>
    Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken);

    /// <summary>Reads an order's current payment; null if it does not exist.</summary>
    Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken);
}
