using OrderSystem.Core.Payments;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Embedded.Orders;

/// <summary>Commits pending writes before it calls the payment gateway, and calls it off the writer's thread.</summary>
public sealed class OnDiskFirst(IPaymentGateway gateway, EmbeddedDatabase database) : IPaymentGateway
{
    /// <inheritdoc />
    public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
    {
        await database.OnDiskAsync().ConfigureAwait(false);
        return await gateway.ChargeAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken)
    {
        await database.OnDiskAsync().ConfigureAwait(false);
        return await gateway.RefundAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
