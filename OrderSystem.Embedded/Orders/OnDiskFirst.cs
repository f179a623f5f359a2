using OrderSystem.Core.Payments;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Embedded.Orders;

/// <summary>A gateway that hears of nothing before it is on disk, and is asked on a thread of its own: the writer's is for writing.</summary>
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
