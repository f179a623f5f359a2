using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Crashes.Outside;

namespace OrderSystem.Crashes.Checks;

/// <summary>Proves of each order that it came to an end which it may have, and that its money, its stock and its notification are in line with that.</summary>
internal sealed class OrderChecks(Evidence evidence)
{
    private readonly Excuses _excuses = new(evidence);

    /// <summary>Every violation; none where all is well.</summary>
    public IEnumerable<Violation> Check() => evidence.Store.Orders.Values.SelectMany(order =>
        (IEnumerable<Violation>)[.. CheckEnd(order), .. CheckParked(order), .. CheckCharges(order), .. CheckMoney(order), .. CheckReservation(order), .. CheckNotification(order)]);

    private IEnumerable<Violation> CheckEnd(StoredOrder order)
    {
        if (!order.HasEnded && Parked(order).Count == 0)
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, $"it is {order.Status}, and neither ended nor parked");
        if (order.Status != OrderStatus.Rejected)
            yield break;
        var wrong = order.Reason switch
        {
            null => "it was rejected without a reason",
            RejectionReason.PaymentDeclined when _excuses.Token(order.OrderId) != PaymentTokens.Declined => "its payment was declined, though the gateway takes its token",
            RejectionReason.InsufficientStock when _excuses.IsAmple(order) => "it was short of stock, though there was enough for all who asked",
            RejectionReason.ProcessingFailed when !_excuses.Allow(order, Excuses.StepTries) => $"it was given up, though its steps failed {_excuses.Failures(order)} times at most",
            RejectionReason.PaymentDeclined or RejectionReason.InsufficientStock or RejectionReason.ProcessingFailed => null,
            _ => $"it was rejected as {order.Reason}, which it is not",
        };
        if (wrong is not null)
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, wrong);
    }

    private IEnumerable<Violation> CheckParked(StoredOrder order)
    {
        var parked = Parked(order).Where(message => !message.IsStreamRecord).ToList();
        if (parked.Count > 0 && _excuses.Failures(order) < Excuses.LastTries)
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, $"it was parked, though its steps failed {_excuses.Failures(order)} times at most");
        foreach (var message in parked.Where(message => message.Execution?.EndsWith(order.OrderId, StringComparison.Ordinal) != true || evidence.Store.Executions.All(execution => execution.Name != order.OrderId)))
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, $"it was parked without its execution: {message.Body}");
    }

    private IEnumerable<Violation> CheckCharges(StoredOrder order)
    {
        if (evidence.Gateway.GetValueOrDefault(order.OrderId) is not { } gateway)
            yield break;
        if (gateway.Charges.Count > 1)
            yield return new(Invariant.OneOrderOnce, order.OrderId, $"different charges were asked for: {string.Join(", ", gateway.Charges)}");
        if (gateway.AskedAfterRefund > 0 && !_excuses.Allow(order, 1))
            yield return new(Invariant.OneOrderOnce, order.OrderId, "a charge was asked for after its refund, though no step of it was ever given up");
        if (gateway.Charged is { } charged && charged != order.Total)
            yield return new(Invariant.StockAndMoneyAddUp, order.OrderId, $"{charged} were charged for an order of {order.Total}");
    }

    private IEnumerable<Violation> CheckMoney(StoredOrder order)
    {
        var gateway = evidence.Gateway.GetValueOrDefault(order.OrderId);
        var ledger = evidence.Store.Payments.GetValueOrDefault(order.OrderId);
        var isTaken = gateway is { Charged: not null, IsRefunded: false };
        var wrong = order.Status switch
        {
            OrderStatus.Completed when !isTaken => $"it is Completed and not paid for: {gateway}",
            OrderStatus.Completed when ledger is not { State: PaymentState.Charged, IsRefunded: false } => $"it is Completed and the ledger says {ledger}",
            OrderStatus.Rejected when isTaken => "it is Rejected and its money was not given back",
            OrderStatus.Rejected when gateway?.Charged is not null && (ledger is not { State: PaymentState.Refunded, IsRefunded: true } || !order.Refunded) =>
                $"its money went back, the ledger says {ledger}, the order {(order.Refunded ? "too" : "not")}",
            OrderStatus.Rejected when gateway?.Charged is null && (order.Refunded || ledger is { State: PaymentState.Charged or PaymentState.Refunded or PaymentState.Pending }) =>
                $"no money was taken, but the ledger says {ledger} and the order {(order.Refunded ? "Refunded" : "not refunded")}",
            OrderStatus.Completed or OrderStatus.Rejected => null,
            // Parked: what was under way may be half done, but the ledger must tell of it.
            _ when isTaken && ledger is null or { State: PaymentState.Declined or PaymentState.Refunded } => $"its money is taken, and the ledger says {ledger}",
            _ when gateway?.Charged is null && ledger is { State: PaymentState.Charged or PaymentState.Refunded } => $"no money was taken, but the ledger says {ledger}",
            _ => null,
        };
        if (wrong is not null)
            yield return new(Invariant.StockAndMoneyAddUp, order.OrderId, wrong);
    }

    private IEnumerable<Violation> CheckReservation(StoredOrder order)
    {
        var held = evidence.Store.Held.GetValueOrDefault(order.OrderId) ?? [];
        var isWhole = held.SequenceEqual(order.Lines);
        if (order.Status == OrderStatus.Rejected ? held.Count > 0 : !isWhole && (order.Status == OrderStatus.Completed || held.Count > 0))
            yield return new(Invariant.StockAndMoneyAddUp, order.OrderId, $"it is {order.Status} and holds {Text(held)}; it asks for {Text(order.Lines)}");
    }

    // A notification that can't be sent never undoes an order, and one whose answer was lost may be sent again.
    private IEnumerable<Violation> CheckNotification(StoredOrder order)
    {
        var sent = evidence.Store.Notified.GetValueOrDefault(order.OrderId);
        var wrong = order.Status switch
        {
            OrderStatus.Rejected when sent > 0 || order.NotifiedAt is not null => "it is Rejected, and its customer was told that it goes out",
            OrderStatus.Completed when sent == 0 && order.NotifiedAt is not null => "its notification is noted and was never sent",
            OrderStatus.Completed when (sent == 0 || order.NotifiedAt is null) && !_excuses.Allow(order, Excuses.NotificationTries) =>
                $"its customer was {(sent == 0 ? "never told" : "told without a note of it")}, though its steps failed {_excuses.Failures(order)} times at most",
            _ when sent > 1 && !_excuses.Allow(order, 1) => $"its customer was told {sent} times, though no step of it failed",
            _ => null,
        };
        if (wrong is not null)
            yield return new(Invariant.OneOrderOnce, order.OrderId, wrong);
    }

    private List<ParkedMessage> Parked(StoredOrder order) => [.. evidence.Store.Parked.Where(message => message.OrderIds.Contains(order.OrderId))];

    private static string Text(IReadOnlyList<Line> lines) => lines.Count == 0 ? "nothing" : string.Join(", ", lines.Select(line => $"{line.Quantity} {line.Sku}"));
}
