using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// The ledger of charges and refunds: one payment per order. The intent to charge is recorded before the gateway is called,
/// so that a payment that is still <see cref="PaymentState.Pending"/> can be charged again with the same idempotency key.
/// Every member throws <see cref="StoreUnavailableException"/> if the ledger can't be reached; the call may be repeated.
/// </summary>
public interface IPaymentLedger
{
    /// <summary>Durably records another charge attempt if the payment is new or pending; otherwise changes nothing.</summary>
    /// <returns>The order's current payment.</returns>
    Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken);

    /// <summary>Records the gateway's response to a charge, if the payment is pending; otherwise changes nothing.</summary>
    /// <param name="orderId">The order's id.</param>
    /// <param name="reference">The gateway's reference for the charge; null if the charge was declined.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The order's current payment.</returns>
    Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken);

    /// <summary>
    /// Voids a payment that is new or pending, so that no charge can be begun or recorded later. Changes nothing if the
    /// payment is in any other state.
    /// </summary>
    /// <returns>The order's current payment.</returns>
    Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Records a charge together with its refund; a repeated call changes nothing.</summary>
    /// <returns>The order's current payment.</returns>
    /// <exception cref="InvalidOperationException">
    /// The payment was never begun or is pending; call <see cref="BeginRefundAsync"/> first.
    /// </exception>
    Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken);

    /// <summary>Reads an order's current payment; null if it does not exist.</summary>
    Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken);
}
