using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Payments;

/// <summary>
/// A simulated payment gateway for development and tests; no money is moved. A charge with the token <c>tok_declined</c> is
/// declined, a charge with <c>tok_timeout_once</c> times out on the first attempt, and a charge with any other token
/// succeeds. The gateway stores nothing. It derives the references of charges and refunds from the order's id, so repeated
/// calls return the same result in every process. A refund request without a charge reference refunds nothing.
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
