using OrderSystem.Core.Payments;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>A fake payment gateway that behaves correctly: it records its charges and refunds by idempotency key.</summary>
internal sealed class RememberingGateway : IPaymentGateway
{
    private readonly HashSet<string> _charged = [];
    private readonly HashSet<string> _refunded = [];

    public bool IsCharged(string orderId) => _charged.Contains(orderId);

    public bool IsRefunded(string orderId) => _charged.Contains(orderId) && _refunded.Contains(orderId);

    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
    {
        if (request.Token.Secret == "tok_declined" || (!_charged.Contains(request.OrderId) && _refunded.Contains(request.OrderId)))
            return Task.FromResult(new ChargeResult(null));
        if (request is { Token.Secret: "tok_timeout_once", Attempt: 1 })
            return Task.FromException<ChargeResult>(new PaymentGatewayTimeoutException("no response"));
        _charged.Add(request.OrderId);
        return Task.FromResult(new ChargeResult($"ch_{request.OrderId}"));
    }

    public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken)
    {
        _refunded.Add(request.OrderId);
        return Task.FromResult(_charged.Contains(request.OrderId)
            ? new RefundResult($"ch_{request.OrderId}", $"re_{request.OrderId}")
            : new RefundResult(null, null));
    }
}
