namespace OrderSystem.AppHost;

/// <summary>The functions of the template that the workflow's program serves.</summary>
internal static class WorkflowFunctions
{
    /// <summary>Their logical ids.</summary>
    public static string[] LogicalIds { get; } =
    [
        "ValidateOrderFunction", "ProcessPaymentFunction", "UpdateInventoryFunction", "NotifyCustomerFunction", "CompleteOrderFunction",
        "RefundPaymentFunction", "ReleaseInventoryFunction", "RejectOrderFunction",
    ];
}
