using System.Globalization;
using OrderSystem.CrashTests.Load;

namespace OrderSystem.CrashTests.Checks;

/// <summary>Checks the invariants against the evidence of a run.</summary>
internal static class Checker
{
    /// <summary>Returns all violations of the invariants; empty if there are none.</summary>
    public static IReadOnlyList<Violation> Check(Evidence evidence) =>
    [
        .. evidence.History.GroupBy(attempt => attempt.OrderId).SelectMany(order => CheckAnswers(order.Key, [.. order], evidence.Store.Orders.GetValueOrDefault(order.Key))),
        .. new OrderChecks(evidence).Check(),
        .. CheckExecutions(evidence.Store),
        .. CheckStock(evidence),
        .. CheckPoison(evidence),
        .. CheckStrangers(evidence),
    ];

    private static IEnumerable<Violation> CheckAnswers(string orderId, List<ClientAttempt> attempts, StoredOrder? stored)
    {
        foreach (var attempt in attempts.Where(attempt => attempt.Status >= 500 && attempt.Status != 503))
            yield return new(Invariant.BadRequestIsRefused, orderId, $"a request got status {attempt.Status}");
        foreach (var _ in attempts.Where(attempt => attempt is { Status: 503, HasRetryAfter: false }))
            yield return new(Invariant.BadRequestIsRefused, orderId, "a 503 response has no Retry-After header");
        foreach (var attempt in attempts.Where(attempt => attempt.Status is >= 400 and < 500 && !attempt.IsProblem))
            yield return new(Invariant.BadRequestIsRefused, orderId, $"a {attempt.Status} response is not a problem document");
        foreach (var attempt in attempts.Where(attempt => attempt is { Request: null, IsUnknown: false, Status: not 400 }))
            yield return new(Invariant.BadRequestIsRefused, orderId, $"an invalid body got status {attempt.Status}");
        if (stored is not null && attempts.TrueForAll(attempt => attempt.Request is null))
            yield return new(Invariant.BadRequestIsRefused, orderId, "an invalid body created an order");

        var accepted = attempts.Where(attempt => attempt is { IsAccepted: true, Request: not null }).ToList();
        if (accepted.Count > 0 && stored is null)
            yield return new(Invariant.AcceptedIsNeverLost, orderId, $"it was accepted with {accepted[0].Status} but does not exist");
        if (accepted.Count(attempt => attempt.Status == 201) > 1)
            yield return new(Invariant.OneOrderOnce, orderId, "more than one request got status 201 (created)");
        foreach (var request in accepted.Select(attempt => attempt.Request!).Distinct())
        {
            var last = attempts.LastOrDefault(attempt => attempt.IsAfterMend && attempt.Request == request);
            if (last is not { Status: 200 })
                yield return new(Invariant.AcceptedIsNeverLost, orderId,
                    $"it was accepted, but repeating the request after the repair got {last?.Status?.ToString(CultureInfo.InvariantCulture) ?? "no response"}");
        }

        if (stored is null)
            yield break;
        foreach (var attempt in accepted)
        {
            if (!attempt.Request!.IsAnsweredBy(stored))
                yield return new(Invariant.OneOrderOnce, orderId, $"a request got status {attempt.Status}, but the stored order differs from it");
            else if (attempt.CreatedAt != stored.CreatedAt)
                yield return new(Invariant.OneOrderOnce, orderId, $"a response says the order was created {attempt.CreatedAt:O}, but the stored order was created {stored.CreatedAt:O}");
        }

        foreach (var _ in attempts.Where(attempt => attempt is { Status: 409, Request: { } request } && request.IsAnsweredBy(stored)))
            yield return new(Invariant.OneOrderOnce, orderId, "the request that created the order got status 409");
        foreach (var attempt in attempts.Where(attempt => attempt is { Request: not null, Status: >= 400 and < 500 and not 409 }))
            yield return new(Invariant.BadRequestIsRefused, orderId, $"a valid request got status {attempt.Status}");
    }

    private static IEnumerable<Violation> CheckExecutions(Snapshot store)
    {
        foreach (var twice in store.Executions.GroupBy(execution => execution.Name).Where(executions => executions.Count() > 1))
            yield return new(Invariant.OneOrderOnce, twice.Key, $"{twice.Count()} executions were started for it");
        foreach (var stray in store.Executions.Where(execution => !store.Orders.ContainsKey(execution.Name)))
            yield return new(Invariant.OneOrderOnce, stray.Name, "it has an execution but no order");
        foreach (var failed in store.Executions.Where(execution => !execution.Status.Equals("Succeeded", StringComparison.OrdinalIgnoreCase) && !IsParked(execution.Name, store)))
            yield return new(Invariant.AcceptedIsNeverLost, failed.Name, $"its execution is {failed.Status}, but it is not parked");
        var started = store.Executions.Select(execution => execution.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var order in store.Orders.Values.Where(order => order.HasEnded && !started.Contains(order.OrderId)))
            yield return new(Invariant.OneOrderOnce, order.OrderId, $"it is {order.Status} without an execution");
    }

    private static IEnumerable<Violation> CheckStock(Evidence evidence)
    {
        foreach (var (sku, initial) in evidence.Scenario.Stock)
        {
            var held = evidence.Store.Held.Values.SelectMany(lines => lines).Where(line => line.Sku == sku).Sum(line => line.Quantity);
            if (evidence.Store.Stock[sku] != initial - held)
                yield return new(Invariant.StockAndMoneyAddUp, null, $"{sku}: {initial} initially, but {evidence.Store.Stock[sku]} left and {held} held");
            if (Math.Min(evidence.Store.Stock[sku], evidence.LowestStock.GetValueOrDefault(sku)) is < 0 and var lowest)
                yield return new(Invariant.StockAndMoneyAddUp, null, $"the stock of {sku} was {lowest}");
        }
    }

    private static IEnumerable<Violation> CheckPoison(Evidence evidence)
    {
        var poison = evidence.Scenario.Poison.ToHashSet(StringComparer.Ordinal);
        foreach (var message in evidence.Store.Parked.Where(message => message.IsStreamRecord))
        {
            foreach (var orderId in message.OrderIds.Where(orderId => !poison.Contains(orderId)))
                yield return new(Invariant.PoisonIsParkedAlone, orderId, $"its valid record was discarded: {message.Body}");
        }

        var parked = evidence.Store.Parked.SelectMany(message => message.OrderIds).ToHashSet(StringComparer.Ordinal);
        foreach (var orderId in poison.Where(orderId => !parked.Contains(orderId)))
            yield return new(Invariant.PoisonIsParkedAlone, orderId, "the poison record is not parked");
    }

    /// <summary>Finds stored orders that no client requested, and charges whose orders do not exist.</summary>
    private static IEnumerable<Violation> CheckStrangers(Evidence evidence)
    {
        var asked = evidence.History.Select(attempt => attempt.OrderId).ToHashSet(StringComparer.Ordinal);
        foreach (var order in evidence.Store.Orders.Values.Where(order => !asked.Contains(order.OrderId)))
            yield return new(Invariant.OneOrderOnce, order.OrderId, "no client requested this order");
        foreach (var (key, _) in evidence.Gateway.Where(entry => entry.Value.Charged is not null && !evidence.Store.Orders.ContainsKey(entry.Key)))
            yield return new(Invariant.OneOrderOnce, key, "money was taken, but the order does not exist");
    }

    private static bool IsParked(string orderId, Snapshot store) => store.Parked.Any(message => message.OrderIds.Contains(orderId));
}
