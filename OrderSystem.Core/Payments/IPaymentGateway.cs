using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Payments;

/// <summary>
/// Moves money. The order's id is the idempotency key of both calls, as every serious gateway offers one: asked twice
/// under one key it answers the same and moves money once, and a key that was refunded can't be charged any more.
/// </summary>
public interface IPaymentGateway
{
    /// <summary>Takes the money.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">No answer came; the charge may or may not have been made.</exception>
    Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken);

    /// <summary>Gives the money back, where any was taken under this key.</summary>
    /// <exception cref="PaymentGatewayTimeoutException">No answer came; the refund may or may not have been made.</exception>
    Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken);
}

/// <summary>A charge.</summary>
/// <param name="OrderId">The idempotency key.</param>
/// <param name="Token">What to charge.</param>
/// <param name="Amount">How much.</param>
/// <param name="Currency">In which currency.</param>
/// <param name="Attempt">1 the first time, counted durably across processes.</param>
public sealed record ChargeRequest(string OrderId, PaymentToken Token, decimal Amount, string Currency, int Attempt);

/// <summary>The gateway's answer to a charge.</summary>
/// <param name="Reference">The gateway's name for the charge; null where it was declined.</param>
public sealed record ChargeResult(string? Reference);

/// <summary>A refund.</summary>
/// <param name="OrderId">The idempotency key of the charge.</param>
/// <param name="ChargeReference">The charge, where it is known that there was one.</param>
public sealed record RefundRequest(string OrderId, string? ChargeReference);

/// <summary>The gateway's answer to a refund.</summary>
/// <param name="ChargeReference">What was given back; null where nothing had been taken.</param>
/// <param name="Reference">The gateway's name for the refund; null where nothing had been taken.</param>
public sealed record RefundResult(string? ChargeReference, string? Reference);

/// <summary>The payment gateway did not answer in time.</summary>
public sealed class PaymentGatewayTimeoutException(string message) : Exception(message);
