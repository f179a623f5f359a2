namespace OrderSystem.CrashTests.Faults;

/// <summary>
/// The crash points before and after each external effect, such as <c>orders.insert.before</c> and
/// <c>orders.insert.after</c>. A fault that strikes after an effect causes the effect's result to be lost.
/// </summary>
internal static class CrashPoints
{
    public const string InsertOrder = "orders.insert";
    public const string FindOrder = "orders.find";
    public const string UpdateOrder = "orders.update";
    public const string ReserveStock = "inventory.reserve";
    public const string ReleaseStock = "inventory.release";
    public const string BeginCharge = "ledger.begin-charge";
    public const string RecordCharge = "ledger.record-charge";
    public const string BeginRefund = "ledger.begin-refund";
    public const string RecordRefund = "ledger.record-refund";
    public const string Charge = "gateway.charge";
    public const string Refund = "gateway.refund";
    public const string Notify = "notifications.send";
    public const string StartWorkflow = "workflow.start";

    /// <summary>The effect in which the event source mapping reads records from the stream.</summary>
    public const string ReadStream = "stream.read";

    /// <summary>The effect in which the event source mapping invokes the stream function.</summary>
    public const string InvokeFunction = "mapping.invoke";

    public const string SaveCheckpoint = "mapping.checkpoint";

    /// <summary>The effect in which the event source mapping sends discarded records to the on-failure destination.</summary>
    public const string Park = "mapping.park";

    /// <summary>The effect in which LocalCloud passes an event to a function and receives the function's response.</summary>
    public const string InvokeLambda = "lambda.invoke";

    /// <summary>The names of the workflow's steps.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        "ValidateOrder", "ProcessPayment", "UpdateInventory", "NotifyCustomer", "CompleteOrder", "ReleaseInventory", "RefundPayment", "RejectOrder",
    ];

    /// <summary>The names of all effects that both the local and the embedded cloud have.</summary>
    public static IReadOnlyList<string> Effects { get; } =
    [
        InsertOrder, FindOrder, UpdateOrder, ReserveStock, ReleaseStock, BeginCharge, RecordCharge, BeginRefund, RecordRefund,
        Charge, Refund, Notify, StartWorkflow, ReadStream, InvokeFunction, SaveCheckpoint, Park, .. Steps.Select(Step),
    ];

    /// <summary>
    /// Returns the name of the effect in which a process runs a workflow step, such as <c>task.ProcessPayment</c>.
    /// </summary>
    public static string Step(string name) => "task." + name;

    public static string Before(string effect) => effect + ".before";

    public static string After(string effect) => effect + ".after";
}
