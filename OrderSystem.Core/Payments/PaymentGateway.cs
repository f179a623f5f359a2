using OrderSystem.Core.Workflow;

namespace OrderSystem.Core.Payments;

/// <summary>
/// The handlers' only way to the gateway: what a handler has written, such as its intent to charge, is durable before the
/// gateway hears of it.
/// </summary>
public sealed class PaymentGateway(IPaymentGateway gateway, IUnitOfWork unitOfWork)
{
    /// <inheritdoc cref="IPaymentGateway.ChargeAsync"/>
    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) =>
        unitOfWork.CommitThenAsync(() => gateway.ChargeAsync(request, cancellationToken));

    /// <inheritdoc cref="IPaymentGateway.RefundAsync"/>
    public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) =>
        unitOfWork.CommitThenAsync(() => gateway.RefundAsync(request, cancellationToken));
}
