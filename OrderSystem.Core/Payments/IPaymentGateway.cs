using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// Charges and refunds money. The order's id is the idempotency key for the charge and the refund: a repeated call
/// returns the same result and does not move money again. After a refund, the key can no longer be charged.
/// <see cref="PaymentGateway"/> limits the duration of each call. An adapter should stop when its cancellation token is
/// cancelled.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Charges an order.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">
    /// The gateway did not respond, so the charge may or may not have been made.
    /// </exception>
    Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken);

    /// <summary>Refunds the charge that was made under the order's id, if there is such a charge.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">
    /// The gateway did not respond, so the refund may or may not have been made.
    /// </exception>
    Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken);
}

/// <summary>A request to charge an order.</summary>
/// <param name="OrderId">The order's id, which is the idempotency key.</param>
/// <param name="Token">The payment token to charge.</param>
/// <param name="Amount">The amount, in units of the currency.</param>
/// <param name="Currency">The ISO 4217 code of the currency.</param>
/// <param name="Attempt">
/// The number of this charge attempt, from 1. The attempts of all processes are counted together, and the count is
/// durable.
/// </param>
public sealed record ChargeRequest(string OrderId, PaymentToken Token, decimal Amount, string Currency, int Attempt);

/// <summary>The gateway's response to a charge.</summary>
/// <param name="Reference">The gateway's reference for the charge; null if the charge was declined.</param>
public sealed record ChargeResult(string? Reference);

/// <summary>A request to refund an order.</summary>
/// <param name="OrderId">The order's id, which is the idempotency key of the charge.</param>
/// <param name="ChargeReference">The reference of the charge; null if no reference was recorded.</param>
public sealed record RefundRequest(string OrderId, string? ChargeReference);

/// <summary>The gateway's response to a refund.</summary>
/// <param name="ChargeReference">The reference of the refunded charge; null if nothing was charged.</param>
/// <param name="Reference">The gateway's reference for the refund; null if nothing was charged.</param>
public sealed record RefundResult(string? ChargeReference, string? Reference);

/// <summary>The payment gateway did not respond in time.</summary>
public sealed class PaymentGatewayTimeoutException(string message) : Exception(message);
