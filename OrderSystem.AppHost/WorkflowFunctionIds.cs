namespace OrderSystem.AppHost;

/// <summary>The Lambda functions that the program OrderSystem.WorkflowFunctions implements.</summary>
internal static class WorkflowFunctionIds
{
    /// <summary>The functions' logical ids in <c>deploy/template.yaml</c>.</summary>
    public static string[] All { get; } =
    [
        "ValidateOrderFunction", "ProcessPaymentFunction", "UpdateInventoryFunction", "NotifyCustomerFunction", "CompleteOrderFunction",
        "RefundPaymentFunction", "ReleaseInventoryFunction", "RejectOrderFunction",
    ];
}
