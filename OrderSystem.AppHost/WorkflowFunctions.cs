namespace OrderSystem.AppHost;

/// <summary>The functions of the template that OrderSystem.Workflow serves.</summary>
internal static class WorkflowFunctions
{
    /// <summary>The functions' logical ids in the template.</summary>
    public static string[] LogicalIds { get; } =
    [
        "ValidateOrderFunction", "ProcessPaymentFunction", "UpdateInventoryFunction", "NotifyCustomerFunction", "CompleteOrderFunction",
        "RefundPaymentFunction", "ReleaseInventoryFunction", "RejectOrderFunction",
    ];
}
