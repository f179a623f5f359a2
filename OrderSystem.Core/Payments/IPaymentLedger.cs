using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// The record of what was charged and refunded: one payment per order. Intent is written before the gateway is asked, so
/// that whoever finds a payment <see cref="PaymentState.Pending"/> asks again under the same key.
/// Every member throws <see cref="StoreUnavailableException"/> where the ledger can't be reached, and may then be repeated.
/// </summary>
public interface IPaymentLedger
{
    /// <summary>Counts an attempt, durably, while the payment is new or pending; else changes nothing.</summary>
    /// <returns>The payment as it is now.</returns>
    Task<Payment> BeginChargeAsync(string orderId, decimal amount, string currency, CancellationToken cancellationToken);

    /// <summary>Records the gateway's answer to a pending charge; a payment that is no longer pending is left as it is.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="reference">The gateway's name for the charge; null where it declined.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The payment as it is now.</returns>
    Task<Payment> RecordChargeAsync(string orderId, string? reference, CancellationToken cancellationToken);

    /// <summary>Voids a payment that is new or pending, so that no charge can be begun or recorded any more; else changes nothing.</summary>
    /// <returns>The payment as it is now.</returns>
    Task<Payment> BeginRefundAsync(string orderId, CancellationToken cancellationToken);

    /// <summary>Records that money was taken and given back; a repeat changes nothing.</summary>
    /// <returns>The payment as it is now.</returns>
    /// <exception cref="InvalidOperationException">The payment was never begun, or is pending: begin the refund first.</exception>
    Task<Payment> RecordRefundAsync(string orderId, string chargeReference, string refundReference, CancellationToken cancellationToken);

    /// <summary>Reads an order's payment as it is now; null if it does not exist.</summary>
    Task<Payment?> FindAsync(string orderId, CancellationToken cancellationToken);
}
