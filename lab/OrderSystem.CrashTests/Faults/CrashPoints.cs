namespace OrderSystem.CrashTests.Faults;

/// <summary>
/// The crash points before and after each external effect, such as <c>orders.insert.before</c> and
/// <c>orders.insert.after</c>. A fault at a crash point after an effect causes the result of the effect to be lost.
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

    /// <summary>The crash points around each read of the stream by the event source mapping.</summary>
    public const string ReadStream = "stream.read";

    /// <summary>The crash points around each invocation of the stream function by the event source mapping.</summary>
    public const string InvokeFunction = "mapping.invoke";

    public const string SaveCheckpoint = "mapping.checkpoint";

    /// <summary>The crash points around sending discarded records to the on-failure destination.</summary>
    public const string Park = "mapping.park";

    /// <summary>
    /// The crash points in LocalCloud before an event is passed to a function and after the function's response is
    /// received.
    /// </summary>
    public const string InvokeLambda = "lambda.invoke";

    /// <summary>The names of the workflow's steps.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        "ValidateOrder", "ProcessPayment", "UpdateInventory", "NotifyCustomer", "CompleteOrder", "ReleaseInventory", "RefundPayment", "RejectOrder",
    ];

    /// <summary>The names of the effects that occur both in the local cloud and in the embedded cloud.</summary>
    public static IReadOnlyList<string> Effects { get; } =
    [
        InsertOrder, FindOrder, UpdateOrder, ReserveStock, ReleaseStock, BeginCharge, RecordCharge, BeginRefund, RecordRefund,
        Charge, Refund, Notify, StartWorkflow, ReadStream, InvokeFunction, SaveCheckpoint, Park, .. Steps.Select(Step),
    ];

    /// <summary>
    /// Returns the name of the crash points around a workflow step, such as <c>task.ProcessPayment</c>.
    /// </summary>
    public static string Step(string name) => "task." + name;

    public static string Before(string effect) => effect + ".before";

    public static string After(string effect) => effect + ".after";
}
