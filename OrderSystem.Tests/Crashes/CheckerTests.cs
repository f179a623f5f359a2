using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Crashes.Checks;
using OrderSystem.Crashes.Load;
using OrderSystem.Crashes.Outside;

namespace OrderSystem.Tests.Crashes;

/// <summary>A checker that finds nothing proves nothing: each kind of harm, done to a run that was well, must be found and named.</summary>
public sealed class CheckerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // Of ten A and one B: one order completed, one rejected for want of stock and refunded, one declined, one refused as no order.
    private static readonly OrderRequest Good = new("r1-0", "r1", PaymentTokens.Ok, [new("A", 2)]);
    private static readonly OrderRequest Short = new("r1-1", "r1", PaymentTokens.Ok, [new("A", 1), new("B", 5)]);
    private static readonly OrderRequest Declined = new("r1-2", "r1", PaymentTokens.Declined, [new("A", 3)]);

    [Fact]
    public void A_run_that_went_well_has_no_violation() => Assert.Empty(Checker.Check(Well()));

    public static TheoryData<string> Harms => [.. Doctored.Keys];

    [Theory]
    [MemberData(nameof(Harms))]
    public void Harm_is_found_and_named(string harm)
    {
        var (invariant, orderId, harmed) = Doctored[harm];
        Assert.Contains(Checker.Check(harmed(Well())), violation => violation.Invariant == invariant && violation.OrderId == orderId);
    }

    private static readonly Dictionary<string, (Invariant Invariant, string? OrderId, Func<Evidence, Evidence> Harm)> Doctored = new()
    {
        ["an accepted order is gone"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Store(run, store => store with { Orders = Without(store.Orders, "r1-0") })),
        ["an order never ends"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Change(run, "r1-0", order => order with { Status = OrderStatus.Paid })),
        ["an order is rejected for no reason"] = (Invariant.AcceptedIsNeverLost, "r1-2", run => Change(run, "r1-2", order => order with { Reason = null })),
        ["an execution failed and nobody was told"] = (Invariant.AcceptedIsNeverLost, "r1-0", run => Store(run, store => store with { Executions = [new("r1-0", "FAILED"), .. store.Executions.Skip(1)] })),
        ["an order is created twice"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 201, Noon))),
        ["a repeat is answered with another order"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 200, Noon.AddSeconds(1)))),
        ["another body is taken for the same order"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good with { Lines = [new("A", 7)] }, Noon, Noon, 200, Noon))),
        ["the same body is a conflict"] = (Invariant.OneOrderOnce, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 409, IsProblem: true))),
        ["two executions"] = (Invariant.OneOrderOnce, "r1-0", run => Store(run, store => store with { Executions = [.. store.Executions, new("r1-0", "SUCCEEDED")] })),
        ["an execution without an order"] = (Invariant.OneOrderOnce, "r1-9", run => Store(run, store => store with { Executions = [.. store.Executions, new("r1-9", "SUCCEEDED")] })),
        ["an end without an execution"] = (Invariant.OneOrderOnce, "r1-0", run => Store(run, store => store with { Executions = [.. store.Executions.Skip(1)] })),
        ["an order that nobody asked for"] = (Invariant.OneOrderOnce, "r1-9", run => Store(run, store => store with { Orders = With(store.Orders, "r1-9", store.Orders["r1-0"] with { OrderId = "r1-9" }) })),
        ["money for no order"] = (Invariant.OneOrderOnce, "r1-9", run => run with { Gateway = With(run.Gateway, "r1-9", new GatewayEntry(1, 5m, false)) }),
        ["too much is charged"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => run with { Gateway = With(run.Gateway, "r1-0", new GatewayEntry(2, 39.80m, false)) }),
        ["a completed order is not paid for"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => run with { Gateway = Without(run.Gateway, "r1-0") }),
        ["a completed order's money went back"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => run with { Gateway = With(run.Gateway, "r1-0", new GatewayEntry(1, 19.90m, true)) }),
        ["a rejected order's money did not go back"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => run with { Gateway = With(run.Gateway, "r1-1", new GatewayEntry(1, 59.70m, false)) }),
        ["a refund is in no ledger"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => Store(run, store => store with { Payments = With(store.Payments, "r1-1", new StoredPayment(PaymentState.Voided, null, false)) })),
        ["a refund is not on the order"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => Change(run, "r1-1", order => order with { Refunded = false })),
        ["a charge is left pending"] = (Invariant.StockAndMoneyAddUp, "r1-2", run => Store(run, store => store with { Payments = With(store.Payments, "r1-2", new StoredPayment(PaymentState.Pending, null, false)) })),
        ["the ledger lacks a charge"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(run, store => store with { Payments = Without(store.Payments, "r1-0") })),
        ["a completed order holds no stock"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(run, store => store with { Held = Without(store.Held, "r1-0") })),
        ["a completed order holds its stock twice"] = (Invariant.StockAndMoneyAddUp, "r1-0", run => Store(run, store => store with { Held = With(store.Held, "r1-0", [new("A", 4)]) })),
        ["a rejected order holds stock"] = (Invariant.StockAndMoneyAddUp, "r1-1", run => Store(run, store => store with { Held = With(store.Held, "r1-1", [new("A", 1)]) })),
        ["stock is lost"] = (Invariant.StockAndMoneyAddUp, null, run => Store(run, store => store with { Stock = With(store.Stock, "A", 6) })),
        ["stock went below zero for a moment"] = (Invariant.StockAndMoneyAddUp, null, run => run with { LowestStock = With(run.LowestStock, "B", -1) }),
        ["a good record is given up"] = (Invariant.PoisonIsParkedAlone, "r1-0", run => Store(run, store => store with { Parked = [new(["r1 poison 0", "r1-0"], true, "")] })),
        ["a bad record is not parked"] = (Invariant.PoisonIsParkedAlone, "r1 poison 0", run => Store(run, store => store with { Parked = [] })),
        ["a request is answered 500"] = (Invariant.BadRequestIsRefused, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 500))),
        ["a 503 does not say when to come back"] = (Invariant.BadRequestIsRefused, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 503, IsProblem: true))),
        ["a bad body is accepted"] = (Invariant.BadRequestIsRefused, "r1-3", run => Heard(run, new ClientAttempt("r1-3", null, Noon, Noon, 201, Noon))),
        ["a refusal does not say what to mend"] = (Invariant.BadRequestIsRefused, "r1-3", run => Heard(run, new ClientAttempt("r1-3", null, Noon, Noon, 400))),
        ["a bad body leaves an order"] = (Invariant.BadRequestIsRefused, "r1-3", run => Store(run, store => store with { Orders = With(store.Orders, "r1-3", store.Orders["r1-0"] with { OrderId = "r1-3" }) })),
        ["a good request is refused"] = (Invariant.BadRequestIsRefused, "r1-0", run => Heard(run, new ClientAttempt("r1-0", Good, Noon, Noon, 400, IsProblem: true))),
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
        ],
        new Snapshot
        {
            Orders = new[] { Stored(Good, OrderStatus.Completed, null, false), Stored(Short, OrderStatus.Rejected, RejectionReason.InsufficientStock, true), Stored(Declined, OrderStatus.Rejected, RejectionReason.PaymentDeclined, false) }
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
        },
        new Dictionary<string, GatewayEntry> { ["r1-0"] = new(2, 19.90m, false), ["r1-1"] = new(1, 59.70m, true), ["r1-2"] = new(1, null, false) },
        new Dictionary<string, int> { ["A"] = 8, ["B"] = 1 });

    private static StoredOrder Stored(OrderRequest request, OrderStatus status, string? reason, bool refunded) =>
        new(request.OrderId, request.CustomerId, request.Total, status, reason, refunded, Noon, request.Lines);

    private static Evidence Store(Evidence run, Func<Snapshot, Snapshot> change) => run with { Store = change(run.Store) };

    private static Evidence Change(Evidence run, string orderId, Func<StoredOrder, StoredOrder> change) =>
        Store(run, store => store with { Orders = With(store.Orders, orderId, change(store.Orders[orderId])) });

    private static Evidence Heard(Evidence run, ClientAttempt attempt) => run with { History = [.. run.History, attempt] };

    private static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> all, string key, T value) => new(all) { [key] = value };

    private static Dictionary<string, T> Without<T>(IReadOnlyDictionary<string, T> all, string key) => all.Where(entry => entry.Key != key).ToDictionary();
}
