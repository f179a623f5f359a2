using OrderSystem.Core.Orders;
using OrderSystem.CrashTests.Clouds;
using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;
using static OrderSystem.CrashTests.Faults.CrashPoints;

namespace OrderSystem.Tests.CrashTests;

/// <summary>The crash test cases: every crash point that an order passes, with the faults that are injected there.</summary>
internal static class CrashCases
{
    private const int Always = 100;
    private const string Mapping = "";
    private static readonly string[] Forward = [.. Steps.Take(5)];

    /// <summary>Cases that leave the processes alive, and therefore run concurrently.</summary>
    public static IReadOnlyDictionary<string, CrashCase> Together { get; } = Named(
    [
        ("the order store fails before the put", Throw(Before(InsertOrder))),
        ("the order store fails after the put, before the response", Throw(After(InsertOrder))),
        ("two equal creates at once", new CrashCase { Kind = StepKind.PlaceTwice }),
        ("an insert is sent twice because its response was lost", Twice(InsertOrder)),
        ("the client hangs up midway", new CrashCase { Kind = StepKind.Cancelled }),
        ("StartExecution fails", Throw(Before(StartWorkflow), times: 3)),
        ("the response of StartExecution is lost", Throw(After(StartWorkflow), times: 3)),
        ("StartExecution is called twice at once", Twice(StartWorkflow)),
        .. Forward.SelectMany(step => new (string, CrashCase)[]
        {
            ($"{step} fails before its effect", Throw(Before(Step(step)), times: 2)),
            ($"{step} fails after its effect, before its result", Throw(After(Step(step)), times: 2)),
            ($"{step} runs twice at once", Twice(Step(step))),
            ($"{step} times out and continues later", OutOfTime(Before(Step(step)))),
            ($"{step} times out after its effect", OutOfTime(After(Step(step)))),
        }),
        ("payment is declined", new CrashCase { Token = PaymentTokens.Declined, Status = OrderStatus.Rejected, Reason = RejectionReason.PaymentDeclined }),
        ("the gateway charges and does not respond", new CrashCase { Token = PaymentTokens.AnswerLostOnce }),
        ("the charge times out", OutOfTime(Before(Charge))),
        ("the charge never returns", Strikes(Strike(Before(Charge), FaultAction.Delay) with { Delay = TimeSpan.FromHours(1) })),
        ("the charge can never be recorded, so that its order is parked", Parked(Before(RecordCharge), OrderStatus.Validated)),
        ("the response of the charge is always lost", Failed(After(Charge))),
        ("stock is held and the response is always lost", Parked(After(ReserveStock), OrderStatus.Paid)),
        ("stock is held twice at once", Twice(ReserveStock)),
        ("the payment succeeds and stock is short", StockShort()),
        ("the refund fails at first", StockShort(Strike(Before(Refund), FaultAction.Throw, times: 3))),
        ("the response of the refund is lost at first", StockShort(Strike(After(Refund), FaultAction.Throw, times: 3))),
        ("the refund is not recorded at first", StockShort(Strike(Before(RecordRefund), FaultAction.Throw, times: 3))),
        ("the refund runs twice at once", StockShort(Strike(Before(Step("RefundPayment")), FaultAction.Twice))),
        ("the rejection is not written at first", StockShort(Strike(Before(Step("RejectOrder")), FaultAction.Throw, times: 3))),
        ("the release of stock fails at first", Failed(After(Step("UpdateInventory")), Strike(Before(ReleaseStock), FaultAction.Throw, times: 3))),
        .. new (string Step, Func<PlannedFault, CrashCase> Undone)[]
        {
            ("ReleaseInventory", fault => Failed(After(Step("UpdateInventory")), fault)),
            ("RefundPayment", fault => StockShort(fault)),
            ("RejectOrder", fault => StockShort(fault)),
        }.SelectMany(undoing => new (string, CrashCase)[]
        {
            ($"{undoing.Step} times out and continues later", undoing.Undone(Strike(Before(Step(undoing.Step)), FaultAction.Delay))),
            ($"{undoing.Step} times out after its effect", undoing.Undone(Strike(After(Step(undoing.Step)), FaultAction.Delay))),
        }),
        ("the notification can never be sent", Throw(Before(Notify), Always)),
        ("the notification is sent and the response is always lost", Throw(After(Notify), Always)),
    ]);

    /// <summary>Cases that end a process or affect something that all orders share, and therefore run one after the other.</summary>
    public static IReadOnlyDictionary<string, CrashCase> OneByOne { get; } = Named(
    [
        ("the API dies before the put", Exit(Before(InsertOrder))),
        ("the API dies after the put, before the response", Exit(After(InsertOrder))),
        ("the poller dies after GetRecords", Exit(After(ReadStream), Mapping)),
        ("the poller fails after GetRecords", Strikes(Strike(After(ReadStream), FaultAction.Throw, 3, Mapping))),
        ("the poller dies before the invocation", Exit(Before(InvokeFunction), Mapping)),
        ("the poller dies after the invocation, before the checkpoint", Exit(After(InvokeFunction), Mapping)),
        ("the invocation's response is lost", Strikes(Strike(After(InvokeFunction), FaultAction.Throw, 3, Mapping))),
        ("the function is invoked twice at once", Strikes(Strike(Before(InvokeFunction), FaultAction.Twice, 1, Mapping))),
        ("the checkpoint can't be written", Strikes(Strike(Before(SaveCheckpoint), FaultAction.Throw, 3, Mapping))),
        ("the poller dies after the checkpoint", Exit(After(SaveCheckpoint), Mapping)),
        ("the processor dies before StartExecution", Exit(Before(StartWorkflow))),
        ("the processor dies after StartExecution", Exit(After(StartWorkflow))),
        .. Forward.Select(step => ($"the process dies after {step}, before its result", Exit(After(Step(step))))),
        ("the process dies before the charge", Exit(Before(Charge))),
        ("the process dies after the charge", Exit(After(Charge))),
        ("the process dies after the refund", StockShort(Strike(After(Refund), FaultAction.Exit))),
        ("the process dies after the rejection", StockShort(Strike(After(Step("RejectOrder")), FaultAction.Exit))),
        ("a bad record while the on-failure queue is unavailable", new CrashCase { Disturbances = [DisturbanceKind.Poison], Faults = [Strike(Before(Park), FaultAction.Throw, 3, Mapping)] }),
        ("a bad record is parked and the response is lost", new CrashCase { Disturbances = [DisturbanceKind.Poison], Faults = [Strike(After(Park), FaultAction.Throw, 1, Mapping)] }),
        ("the telemetry collector is gone", new CrashCase { Disturbances = [DisturbanceKind.CutTelemetry] }),
        ("the telemetry collector does not respond", new CrashCase { Disturbances = [DisturbanceKind.HangTelemetry] }),
    ]);

    /// <summary>Cases for a cloud whose functions run in separate processes.</summary>
    public static IReadOnlyDictionary<string, CrashCase> OfFunctions { get; } = Named(
    [
        ("Step Functions dies before a function is invoked", Exit(Before(InvokeLambda), "order-system-process-payment")),
        ("Step Functions dies after a function responded", Exit(After(InvokeLambda), "order-system-process-payment")),
        ("the response of Lambda is lost", Strikes(Strike(After(InvokeLambda), FaultAction.Throw, 2, "order-system-update-inventory"))),
    ]);

    private static Dictionary<string, CrashCase> Named((string Name, CrashCase Case)[] cases) => cases.ToDictionary(each => each.Name, each => each.Case);

    private static PlannedFault Strike(string point, FaultAction action, int times = 1, string? subject = null) =>
        new(0, point, action) { Times = times, Subject = subject, Delay = PatientTemplate.ForFew.BeyondEveryTimeout };

    private static CrashCase Strikes(params PlannedFault[] faults) => new() { Faults = faults };

    private static CrashCase Throw(string point, int times = 1) => Strikes(Strike(point, FaultAction.Throw, times));

    private static CrashCase Twice(string effect) => Strikes(Strike(Before(effect), FaultAction.Twice));

    private static CrashCase Exit(string point, string? subject = null) => Strikes(Strike(point, FaultAction.Exit, 1, subject));

    private static CrashCase OutOfTime(string point) => Strikes(Strike(point, FaultAction.Delay));

    /// <summary>A case with a step that always fails, so that the order is compensated.</summary>
    private static CrashCase Failed(string point, params PlannedFault[] more) => new()
    {
        Faults = [Strike(point, FaultAction.Throw, Always), .. more],
        Status = OrderStatus.Rejected,
        Reason = RejectionReason.ProcessingFailed,
        IsRefunded = true,
    };

    /// <summary>
    /// A case with a store that can never be reached, so that the order keeps its status and is parked in the dead-letter
    /// queue.
    /// </summary>
    private static CrashCase Parked(string point, OrderStatus status) => Strikes(Strike(point, FaultAction.Throw, Always)) with { Status = status };

    private static CrashCase StockShort(params PlannedFault[] faults) => new()
    {
        Faults = faults,
        Stock = 1,
        Status = OrderStatus.Rejected,
        Reason = RejectionReason.InsufficientStock,
        IsRefunded = true,
    };
}
