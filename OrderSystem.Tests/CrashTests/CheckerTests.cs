using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.CrashTests.Checks;
using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.Tests.CrashTests;

/// <summary>
/// Tests the checker of the crash tests: it must find each kind of violation that a test adds to a correct run.
/// </summary>
public sealed class CheckerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // The stock is ten pieces of A and one piece of B. One order completes, one order is rejected for insufficient stock and
    // refunded, one order's payment is declined, and one request is refused because its body is not an order.
    private static readonly ClientOrder Good = new("r1-0", "r1", PaymentTokens.Ok, [new("A", 2)]);
    private static readonly ClientOrder Short = new("r1-1", "r1", PaymentTokens.Ok, [new("A", 1), new("B", 5)]);
    private static readonly ClientOrder Declined = new("r1-2", "r1", PaymentTokens.Declined, [new("A", 3)]);

    // Disturbances that occur while the order is processed.
    private static readonly Disturbed Kill = new(new Disturbance(0, default, DisturbanceKind.Kill, "workflow", default), Noon, Noon);
    private static readonly Disturbed StoreKill = new(new Disturbance(0, default, DisturbanceKind.Kill, "dynamodb", default), Noon, Noon);

    [Fact]
    public void A_correct_run_has_no_violation() => Assert.Empty(Checker.Check(Well()));

    public static TheoryData<string> Struck => [.. Excused.Keys];

    [Theory]
    [MemberData(nameof(Struck))]
    public void An_outcome_that_the_faults_explain_is_not_a_violation(string what) => Assert.Empty(Checker.Check(Excused[what](Well())));

    public static TheoryData<string> Harms => [.. Doctored.Keys];

    [Theory]
    [MemberData(nameof(Harms))]
    public void Every_kind_of_violation_is_found(string harm)
    {
        var (invariant, orderId, harmed) = Doctored[harm];
        Assert.Contains(Checker.Check(harmed(Well())), violation => violation.Invariant == invariant && violation.OrderId == orderId);
    }

    private static readonly Dictionary<string, (Invariant Invariant, string? OrderId, Func<Evidence, Evidence> Harm)> Doctored = new()
    {
        ["an accepted order is gone"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Store(run, store => store with { Orders = Without(store.Orders, "r1-0") })),
        ["an order never ends"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Change(run, "r1-0", order => order with { Status = OrderStatus.Paid })),
        ["an order is rejected for no reason"] = (Invariant.AcceptedIsNeverLost, "r1-2", run => Change(run, "r1-2", order => order with { Reason = null })),
        ["an execution failed without a dead-letter message"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Store(run, store => store with { Executions = [new("r1-0", "FAILED"), .. store.Executions.Skip(1)] })),
        ["an order is created twice"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 201, Noon))),
        ["a repeated request returns another order"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 200, Noon.AddSeconds(1)))),
        ["another body is accepted as the same order"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good with { Lines = [new("A", 7)] }, Noon, Noon, 200, Noon))),
        ["the same body is a conflict"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 409, IsProblem: true))),
        ["two executions"] = (Invariant.OneOrderOnce, "r1-0", run => Store(run, store => store with { Executions = [.. store.Executions, new("r1-0", "SUCCEEDED")] })),
        ["an execution without an order"] = (Invariant.OneOrderOnce, "r1-9", run => Store(run, store => store with { Executions = [.. store.Executions, new("r1-9", "SUCCEEDED")] })),
        ["an end without an execution"] = (Invariant.OneOrderOnce, "r1-0", run => Store(run, store => store with { Executions = [.. store.Executions.Skip(1)] })),
        ["an order that no client placed"] = (Invariant.OneOrderOnce, "r1-9", run =>
            Store(run, store => store with { Orders = With(store.Orders, "r1-9", store.Orders["r1-0"] with { OrderId = "r1-9" }) })),
        ["a charge without an order"] = (Invariant.OneOrderOnce, "r1-9", run => run with { Gateway = With(run.Gateway, "r1-9", new GatewayEntry(1, 5m, false)) }),
        ["too much is charged"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => run with { Gateway = With(run.Gateway, "r1-0", new GatewayEntry(2, 39.80m, false)) }),
        ["a completed order is not paid for"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => run with { Gateway = Without(run.Gateway, "r1-0") }),
        ["a completed order was refunded"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => run with { Gateway = With(run.Gateway, "r1-0", new GatewayEntry(1, 19.90m, true)) }),
        ["a rejected order was not refunded"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => run with { Gateway = With(run.Gateway, "r1-1", new GatewayEntry(1, 59.70m, false)) }),
        ["a refund is not in the ledger"] = (Invariant.StockAndMoneyAddUp, "r1-1", run =>
            Store(run, store => store with { Payments = With(store.Payments, "r1-1", new StoredPayment(PaymentState.Voided, null, false)) })),
        ["a refund is not on the order"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => Change(run, "r1-1", order => order with { Refunded = false })),
        ["a charge is left pending"] = (Invariant.StockAndMoneyAddUp, "r1-2", run =>
            Store(run, store => store with { Payments = With(store.Payments, "r1-2", new StoredPayment(PaymentState.Pending, null, false)) })),
        ["the ledger lacks a charge"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(run, store => store with { Payments = Without(store.Payments, "r1-0") })),
        ["a completed order holds no stock"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(run, store => store with { Held = Without(store.Held, "r1-0") })),
        ["a completed order holds its stock twice"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(run, store => store with { Held = With(store.Held, "r1-0", [new("A", 4)]) })),
        ["a rejected order holds stock"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => Store(run, store => store with { Held = With(store.Held, "r1-1", [new("A", 1)]) })),
        ["stock is lost"] = (Invariant.StockAndMoneyAddUp, null, run => Store(run, store => store with { Stock = With(store.Stock, "A", 6) })),
        ["stock went below zero for a moment"] = (Invariant.StockAndMoneyAddUp, null, run => run with { LowestStock = With(run.LowestStock, "B", -1) }),
        ["a good record is discarded"] = (Invariant.PoisonIsParkedAlone, "r1-0", run => Store(run, store => store with { Parked = [new(["r1 poison 0", "r1-0"], true, "")] })),
        ["a bad record is not parked"] = (Invariant.PoisonIsParkedAlone, "r1 poison 0", run => Store(run, store => store with { Parked = [] })),
        ["a request returns 500"] = (Invariant.BadRequestIsRefused, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 500))),
        ["a 503 has no Retry-After"] = (Invariant.BadRequestIsRefused, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 503, IsProblem: true))),
        ["a bad body is accepted"] = (Invariant.BadRequestIsRefused, "r1-3", run => Heard(run, new ClientAttempt("r1-3", null, Noon, Noon, 201, Noon))),
        ["a refusal does not explain the error"] = (Invariant.BadRequestIsRefused, "r1-3", run => Heard(run, new ClientAttempt("r1-3", null, Noon, Noon, 400))),
        ["a bad body creates an order"] = (Invariant.BadRequestIsRefused, "r1-3", run =>
            Store(run, store => store with { Orders = With(store.Orders, "r1-3", store.Orders["r1-0"] with { OrderId = "r1-3" }) })),
        ["an accepted order is unavailable when its request is repeated"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 503, IsProblem: true, HasRetryAfter: true, IsAfterMend: true))),
        ["an accepted order is created again when its request is repeated"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 201, Noon, IsAfterMend: true))),
        ["a request is not repeated after the run"] = (Invariant.AcceptedIsNeverLost, "r1-1", run => run with { History = [.. run.History.Where(attempt => !attempt.IsAfterMend)] }),
        ["a good order is declined"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Undo(run, RejectionReason.PaymentDeclined)),
        ["a good order is short of stock"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Undo(run, RejectionReason.InsufficientStock)),
        ["a good order is invalid"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Undo(run, RejectionReason.Invalid)),
        ["a good order is abandoned without any fault"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Undo(run, RejectionReason.ProcessingFailed)),
        ["a good order is abandoned although only another order had faults"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Undo(run, RejectionReason.ProcessingFailed) with { Strikes = Strikes("r1-1", 6) }),
        ["a good order is abandoned before its retries are exhausted"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Undo(run, RejectionReason.ProcessingFailed) with { Strikes = Strikes("r1-0", 5) }),
        ["a good order is abandoned long before the store was unavailable"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Undo(run, RejectionReason.ProcessingFailed) with { Disturbed = [StoreKill with { From = Noon.AddSeconds(5) }] }),
        ["a good order is abandoned because the store was unavailable"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Undo(run, RejectionReason.ProcessingFailed) with { Disturbed = [StoreKill] }),
        ["an order is parked before its retries are exhausted"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Park(run) with { Strikes = Strikes("r1-0", 6) }),
        ["an order is parked without its execution"] = (Invariant.AcceptedIsNeverLost, "r1-0", run =>
            Store(Park(run), store =>
                store with { Parked = [.. store.Parked.Select(message => message with { Execution = null })] }) with
            { Strikes = Strikes("r1-0", 13) }),
        ["a parked order's charge is not in the ledger"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(Park(run), store => store with { Payments = Without(store.Payments, "r1-0") })),
        ["a parked order is charged only in the ledger"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Park(run) with { Gateway = Without(run.Gateway, "r1-0") }),
        ["a parked order holds half of its stock"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(Park(run), store => store with { Held = With(store.Held, "r1-0", [new("A", 1)]) })),
        ["a second charge has another amount"] = (Invariant.OneOrderOnce, "r1-0", run => Books(run, entry => entry with { Charges = [new(19.90m, PaymentTokens.Ok), new(1m, PaymentTokens.Ok)] })),
        ["a second charge has another token"] = (Invariant.OneOrderOnce, "r1-0", run =>
            Books(run, entry => entry with { Charges = [new(19.90m, PaymentTokens.Ok), new(19.90m, PaymentTokens.Declined)] })),
        ["a charge comes after the refund"] = (Invariant.OneOrderOnce, "r1-1", run => run with { Gateway = With(run.Gateway, "r1-1", run.Gateway["r1-1"] with { AskedAfterRefund = 1 }) }),
        ["a customer is never notified"] = (Invariant.OneOrderOnce, "r1-0", run => Untold(run)),
        ["a customer is notified twice"] = (Invariant.OneOrderOnce, "r1-0", run => Store(run, store => store with { Notified = With(store.Notified, "r1-0", 2) })),
        ["a notification is sent but not recorded"] = (Invariant.OneOrderOnce, "r1-0", run => Change(run, "r1-0", order => order with { NotifiedAt = null })),
        ["a notification is recorded but was never sent"] = (Invariant.OneOrderOnce, "r1-0", run => Store(run, store => store with { Notified = Without(store.Notified, "r1-0") })),
        ["the customer of a rejected order gets a confirmation"] = (Invariant.OneOrderOnce, "r1-1", run => Store(run, store => store with { Notified = With(store.Notified, "r1-1", 1) })),
        ["a good request is refused"] = (Invariant.BadRequestIsRefused, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 400, IsProblem: true))),
    };

    private static readonly Dictionary<string, Func<Evidence, Evidence>> Excused = new()
    {
        ["abandoned after its retries were exhausted"] = run => Undo(run, RejectionReason.ProcessingFailed) with { Strikes = Strikes("r1-0", 6) },
        ["abandoned while processes died repeatedly"] = run => Undo(run, RejectionReason.ProcessingFailed) with { Disturbed = [Kill, Kill, Kill] },
        ["parked after its retries were exhausted"] = run => Park(run) with { Strikes = Strikes("r1-0", 7) },
        ["parked while the store was unavailable"] = run => Park(run) with { Disturbed = [StoreKill] },
        ["parked while the store was unavailable after the order's last update"] = run => Park(run) with { Disturbed = [StoreKill with { From = Noon.AddSeconds(5), To = Noon.AddSeconds(9) }] },
        ["charged after the refund by a step that had timed out"] = run =>
            run with { Gateway = With(run.Gateway, "r1-1", run.Gateway["r1-1"] with { AskedAfterRefund = 1 }), Strikes = Strikes("r1-1", 1) },
        ["never notified after the retries were exhausted"] = run => Untold(run) with { Strikes = Strikes("r1-0", 3) },
        ["notified twice because a response was lost"] = run => Store(run, store => store with { Notified = With(store.Notified, "r1-0", 2) }) with { Strikes = Strikes("r1-0", 1) },
    };

    private static Evidence Well() => new(
        new Scenario(1, "r1", new Dictionary<string, int> { ["A"] = 10, ["B"] = 1 }, [], [new Disturbance(0, default, DisturbanceKind.Poison, "r1 poison 0", default)], []),
        [
            new ClientAttempt("r1-0", Good, Noon, Noon, null),
            new ClientAttempt("r1-0", Good, Noon, Noon, 503, IsProblem: true, HasRetryAfter: true),
            new ClientAttempt("r1-0", Good, Noon, Noon, 201, Noon),
            new ClientAttempt("r1-0", Good with { Lines = [new("A", 7)] }, Noon, Noon, 409, IsProblem: true),
            new ClientAttempt("r1-0", Good, Noon, Noon, 200, Noon),
            new ClientAttempt("r1-1", Short, Noon, Noon, 201, Noon),
            new ClientAttempt("r1-2", Declined, Noon, Noon, 201, Noon),
            new ClientAttempt("r1-3", null, Noon, Noon, 400, IsProblem: true),
            new ClientAttempt("r1-0", Good, Noon, Noon, 503, IsProblem: true, HasRetryAfter: true, IsAfterMend: true),
            new ClientAttempt("r1-0", Good, Noon, Noon, 200, Noon, IsAfterMend: true),
            new ClientAttempt("r1-1", Short, Noon, Noon, 200, Noon, IsAfterMend: true),
            new ClientAttempt("r1-2", Declined, Noon, Noon, 200, Noon, IsAfterMend: true),
        ],
        new Snapshot
        {
            Orders = new[] { Stored(Good, OrderStatus.Completed, null, false),
                Stored(Short, OrderStatus.Rejected, RejectionReason.InsufficientStock, true),
                Stored(Declined, OrderStatus.Rejected, RejectionReason.PaymentDeclined, false) }
                .ToDictionary(order => order.OrderId),
            Payments = new Dictionary<string, StoredPayment>
            {
                ["r1-0"] = new(PaymentState.Charged, 19.90m, false),
                ["r1-1"] = new(PaymentState.Refunded, 59.70m, true),
                ["r1-2"] = new(PaymentState.Declined, null, false),
            },
            Stock = new Dictionary<string, int> { ["A"] = 8, ["B"] = 1 },
            Held = new Dictionary<string, IReadOnlyList<Line>> { ["r1-0"] = [new("A", 2)] },
            Executions = [new("r1-0", "SUCCEEDED"), new("r1-1", "SUCCEEDED"), new("r1-2", "Succeeded")],
            Parked = [new(["r1 poison 0"], true, "")],
            Notified = new Dictionary<string, int> { ["r1-0"] = 1 },
        },
        new Dictionary<string, GatewayEntry> { ["r1-0"] = new(2, 19.90m, false), ["r1-1"] = new(1, 59.70m, true), ["r1-2"] = new(1, null, false) },
        new Dictionary<string, int> { ["A"] = 8, ["B"] = 1 });

    private static StoredOrder Stored(ClientOrder request, OrderStatus status, RejectionReason? reason, bool refunded) =>
        new(request.OrderId, request.CustomerId, request.Total, status, reason, refunded, Noon, Noon, status == OrderStatus.Completed ? Noon : null, request.Lines);

    private static List<Strike> Strikes(string orderId, int times) =>
        [.. Enumerable.Repeat(new Strike(new PlannedFault(1, CrashPoints.Before(CrashPoints.UpdateOrder), FaultAction.Throw), orderId), times)];

    /// <summary>
    /// Changes the run so that the good order is rejected and correctly compensated. Only the rejection reason may be
    /// wrong.
    /// </summary>
    private static Evidence Undo(Evidence run, RejectionReason reason) =>
        Books(
            Store(
                Change(run, "r1-0", order => order with { Status = OrderStatus.Rejected, Reason = reason, Refunded = true, NotifiedAt = null }),
                store => store with
                {
                    Payments = With(store.Payments, "r1-0", new StoredPayment(PaymentState.Refunded, 19.90m, true)),
                    Stock = With(store.Stock, "A", 10),
                    Held = Without(store.Held, "r1-0"),
                    Notified = Without(store.Notified, "r1-0"),
                }),
            entry => entry with { IsRefunded = true });

    /// <summary>Changes the run so that the good order is paid for and then parked.</summary>
    private static Evidence Park(Evidence run) => Store(
        Change(run, "r1-0", order => order with { Status = OrderStatus.Reserved }),
        store => store with
        {
            Executions = [new("r1-0", "FAILED"), .. store.Executions.Skip(1)],
            Parked = [.. store.Parked, new(["r1-0"], false, "") { Execution = "arn:aws:states:us-east-1:000000000000:execution:order-workflow:r1-0" }],
        });

    private static Evidence Untold(Evidence run) =>
        Store(Change(run, "r1-0", order => order with { NotifiedAt = null }), store => store with { Notified = Without(store.Notified, "r1-0") });

    private static Evidence Books(Evidence run, Func<GatewayEntry, GatewayEntry> change) => run with { Gateway = With(run.Gateway, "r1-0", change(run.Gateway["r1-0"])) };

    private static Evidence Store(Evidence run, Func<Snapshot, Snapshot> change) => run with { Store = change(run.Store) };

    private static Evidence Change(Evidence run, string orderId, Func<StoredOrder, StoredOrder> change) =>
        Store(run, store => store with { Orders = With(store.Orders, orderId, change(store.Orders[orderId])) });

    private static Evidence Heard(Evidence run, ClientAttempt attempt) => run with { History = [.. run.History, attempt] };

    private static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> all, string key, T value) => new(all) { [key] = value };

    private static Dictionary<string, T> Without<T>(IReadOnlyDictionary<string, T> all, string key) => all.Where(entry => entry.Key != key).ToDictionary();
}
