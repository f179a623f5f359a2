using OrderSystem.Core.Workflow;

namespace OrderSystem.Core.Payments;

/// <summary>
/// Calls the payment gateway for the handlers. Everything that a handler has written, such as its intent to charge, is
/// committed before the gateway is called. If the gateway does not respond within the limit, the call throws
/// <see cref="PaymentGatewayTimeoutException"/>.
/// </summary>
public sealed class PaymentGateway(IPaymentGateway gateway, IUnitOfWork unitOfWork, PaymentGatewayLimit limit, TimeProvider time)
{
    /// <inheritdoc cref="IPaymentGateway.ChargeAsync"/>
    public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) =>
        CallAsync(limited => gateway.ChargeAsync(request, limited), cancellationToken);

    /// <inheritdoc cref="IPaymentGateway.RefundAsync"/>
    public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) =>
        CallAsync(limited => gateway.RefundAsync(request, limited), cancellationToken);

    private Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        unitOfWork.CommitThenAsync(() => LimitAsync(call, cancellationToken));

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Stop waiting at the limit even if the adapter ignores its cancellation token.
            return await call(limited.Token).WaitAsync(limit.Duration, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            limited.Cancel();
            throw new PaymentGatewayTimeoutException($"The payment gateway did not respond within {limit.Duration.TotalSeconds:0.###} s ({e.Message})");
        }
    }
}
