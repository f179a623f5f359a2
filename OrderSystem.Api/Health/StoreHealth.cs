using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;

namespace OrderSystem.Api.Health;

/// <summary>
/// Healthy while a store responds to a read. The store is also healthy if it responds that the item does not exist.
/// </summary>
internal abstract class StoreHealth : IHealthCheck
{
    protected const string Probe = "health-probe";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await ReadAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy(e.Message, e);
        }
    }

    protected abstract Task ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Healthy while the order store responds.</summary>
internal sealed class OrderStoreHealth(IOrderStore orders) : StoreHealth
{
    protected override Task ReadAsync(CancellationToken cancellationToken) => orders.FindAsync(Probe, cancellationToken);
}

/// <summary>Healthy while the inventory responds.</summary>
internal sealed class InventoryHealth(IInventory inventory) : StoreHealth
{
    protected override Task ReadAsync(CancellationToken cancellationToken) => inventory.FindAsync(Probe, cancellationToken);
}

/// <summary>Healthy while the payment ledger responds.</summary>
internal sealed class PaymentLedgerHealth(IPaymentLedger ledger) : StoreHealth
{
    protected override Task ReadAsync(CancellationToken cancellationToken) => ledger.FindAsync(Probe, cancellationToken);
}
