using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Payments;

/// <summary>
/// A gateway for development and tests that moves no money. The token <c>tok_declined</c> is declined,
/// <c>tok_timeout_once</c> times out at the first attempt, and any other token is charged. The gateway stores nothing and
/// computes its references from the order's id, so every call is idempotent in every process. A refund for which no charge
/// was recorded refunds nothing.
/// </summary>
public sealed class SimulatedPaymentGateway : IPaymentGateway
{
    /// <inheritdoc />
    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return request.Token.Secret switch
        {
            "tok_declined" => Task.FromResult(new ChargeResult(null)),
            "tok_timeout_once" when request.Attempt <= 1 => throw new PaymentGatewayTimeoutException("The payment gateway did not respond to the first attempt."),
            _ => Task.FromResult(new ChargeResult(Reference("ch", request.OrderId))),
        };
    }

    /// <inheritdoc />
    public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(request.ChargeReference is null
            ? new RefundResult(null, null)
            : new RefundResult(request.ChargeReference, Reference("re", request.OrderId)));
    }

    private static string Reference(string kind, string orderId) =>
        $"{kind}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{orderId}")).AsSpan(0, 12))}";
}
