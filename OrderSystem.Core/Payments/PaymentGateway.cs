using OrderSystem.Core.Workflow;

namespace OrderSystem.Core.Payments;

/// <summary>
/// Calls the payment gateway for the handlers. Everything that a handler has written, such as its intent to charge, is
/// committed before the gateway is called.
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
