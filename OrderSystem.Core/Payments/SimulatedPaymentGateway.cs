using System.Security.Cryptography;
using System.Text;

namespace OrderSystem.Core.Payments;

/// <summary>
/// A gateway without money, for desks and tests: <c>tok_declined</c> is declined, <c>tok_timeout_once</c> gets no answer
/// at the first attempt, anything else is charged. It keeps nothing: references follow from the key, so each call is
/// idempotent in every process, and a refund of a charge nobody recorded finds nothing.
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
            "tok_timeout_once" when request.Attempt <= 1 => throw new PaymentGatewayTimeoutException("The payment gateway did not answer the first attempt."),
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
