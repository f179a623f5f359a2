using OrderSystem.Core.Inventory;

namespace OrderSystem.Core.Workflow;

/// <summary>The compensation step that releases an order's stock and blocks any later reservation.</summary>
public sealed class ReleaseInventory(IInventory inventory)
{
    /// <summary>Releases the stock; a repeated call changes nothing.</summary>
    public async Task<StepResult> HandleAsync(StepRequest request, CancellationToken cancellationToken)
    {
        await inventory.ReleaseAsync(request.OrderId, cancellationToken);
        return StepResult.Succeeded;
    }
}
