namespace OrderSystem.AppHost;

/// <summary>The functions of the template that OrderSystem.WorkflowFunctions serves.</summary>
internal static class WorkflowFunctionIds
{
    /// <summary>The functions' logical ids in the template.</summary>
    public static string[] All { get; } =
    [
        "ValidateOrderFunction", "ProcessPaymentFunction", "UpdateInventoryFunction", "NotifyCustomerFunction", "CompleteOrderFunction",
        "RefundPaymentFunction", "ReleaseInventoryFunction", "RejectOrderFunction",
    ];
}
