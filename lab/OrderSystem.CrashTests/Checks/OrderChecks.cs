using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.CrashTests.Checks;

/// <summary>
/// Checks that each order has an allowed outcome, and that its payment, reserved stock and notification match the
/// outcome.
/// </summary>
internal sealed class OrderChecks(Evidence evidence)
{
    private readonly Excuses _excuses = new(evidence);

    /// <summary>Returns all violations that concern one order; empty if there are none.</summary>
    public IEnumerable<Violation> Check() => evidence.Store.Orders.Values.SelectMany(order =>
        (IEnumerable<Violation>)[.. CheckEnd(order), .. CheckParked(order), .. CheckCharges(order), .. CheckMoney(order), .. CheckReservation(order), .. CheckNotification(order)]);

    private IEnumerable<Violation> CheckEnd(StoredOrder order)
    {
        if (!order.HasEnded && Parked(order).Count == 0)
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, $"it is {order.Status} but neither ended nor parked");
        if (order.Status != OrderStatus.Rejected)
            yield break;
        var wrong = order.Reason switch
        {
            null => "it was rejected without a reason",
            RejectionReason.PaymentDeclined when _excuses.Token(order.OrderId) != PaymentTokens.Declined => "its payment was declined, although the gateway accepts its token",
            RejectionReason.InsufficientStock when _excuses.IsAmple(order) => "it was rejected for insufficient stock, although there was enough for all orders",
            RejectionReason.ProcessingFailed when !_excuses.AllowCompensation(order) => $"it was rejected as failed, although its steps failed at most {_excuses.Failures(order)} times",
            RejectionReason.PaymentDeclined or RejectionReason.InsufficientStock or RejectionReason.ProcessingFailed => null,
            _ => $"it was rejected with the unexpected reason {order.Reason}",
        };
        if (wrong is not null)
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, wrong);
    }

    private IEnumerable<Violation> CheckParked(StoredOrder order)
    {
        var parked = Parked(order).Where(message => !message.IsStreamRecord).ToList();
        if (parked.Count > 0 && !_excuses.Allow(order, Excuses.ParkTries))
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, $"it was parked, although its steps failed at most {_excuses.Failures(order)} times");
        foreach (var message in parked.Where(message =>
            message.Execution?.EndsWith(order.OrderId, StringComparison.Ordinal) != true
                || evidence.Store.Executions.All(execution => execution.Name != order.OrderId)))
            yield return new(Invariant.AcceptedIsNeverLost, order.OrderId, $"the dead-letter message that parked it does not name its execution, or that execution does not exist: {message.Body}");
    }

    private IEnumerable<Violation> CheckCharges(StoredOrder order)
    {
        if (evidence.Gateway.GetValueOrDefault(order.OrderId) is not { } gateway)
            yield break;
        if (gateway.Charges.Count > 1)
            yield return new(Invariant.OneOrderOnce, order.OrderId, $"different charges were requested: {string.Join(", ", gateway.Charges)}");
        if (gateway.AskedAfterRefund > 0 && !_excuses.Allow(order, 1))
            yield return new(Invariant.OneOrderOnce, order.OrderId, "a charge was requested after its refund, although no step failed");
        if (gateway.Charged is { } charged && charged != order.Total)
            yield return new(Invariant.StockAndMoneyAddUp, order.OrderId, $"{charged} was charged for an order of {order.Total}");
    }

    private IEnumerable<Violation> CheckMoney(StoredOrder order)
    {
        var gateway = evidence.Gateway.GetValueOrDefault(order.OrderId);
        var ledger = evidence.Store.Payments.GetValueOrDefault(order.OrderId);
        var isTaken = gateway is { Charged: not null, IsRefunded: false };
        var wrong = order.Status switch
        {
            OrderStatus.Completed when !isTaken => $"it is Completed, but the gateway has not charged it or has refunded it: {gateway}",
            OrderStatus.Completed when ledger is not { State: PaymentState.Charged, IsRefunded: false } => $"it is Completed, but the ledger does not show a charge: {ledger}",
            OrderStatus.Rejected when isTaken => "it is Rejected but its payment was not refunded",
            OrderStatus.Rejected when gateway?.Charged is not null && (ledger is not { State: PaymentState.Refunded, IsRefunded: true } || !order.Refunded) =>
                $"the gateway refunded it; the order is marked as {(order.Refunded ? "refunded" : "not refunded")}, and the ledger contains {ledger}",
            OrderStatus.Rejected when gateway?.Charged is null && (order.Refunded || ledger is { State: PaymentState.Charged or PaymentState.Refunded or PaymentState.Pending }) =>
                $"no money was taken; the order is marked as {(order.Refunded ? "refunded" : "not refunded")}, and the ledger contains {ledger}",
            OrderStatus.Completed or OrderStatus.Rejected => null,
            // The order was parked during a step, so the step may be incomplete. Even so, the ledger must not contradict the
            // gateway.
            _ when isTaken && ledger is null or { State: PaymentState.Declined or PaymentState.Refunded } => $"it was charged, but the ledger shows no charge: {ledger}",
            _ when gateway?.Charged is null && ledger is { State: PaymentState.Charged or PaymentState.Refunded } => $"no money was taken, but the ledger shows a payment: {ledger}",
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
            yield return new(Invariant.StockAndMoneyAddUp, order.OrderId, $"it is {order.Status} and holds {Text(held)}, but its lines are {Text(order.Lines)}");
    }

    // A failed notification must not cause a compensation. A notification may be sent again if the response to it was
    // lost.
    private IEnumerable<Violation> CheckNotification(StoredOrder order)
    {
        var sent = evidence.Store.Notified.GetValueOrDefault(order.OrderId);
        var wrong = order.Status switch
        {
            OrderStatus.Rejected when sent > 0 || order.NotifiedAt is not null => "it is Rejected, but its customer was notified",
            OrderStatus.Completed when sent == 0 && order.NotifiedAt is not null => "it is marked as notified, but nothing was sent",
            OrderStatus.Completed when (sent == 0 || order.NotifiedAt is null) && !_excuses.Allow(order, Excuses.NotificationTries) =>
                $"its customer was {(sent == 0 ? "not notified" : "notified but the order is not marked")}, although its steps failed at most {_excuses.Failures(order)} times",
            _ when sent > 1 && !_excuses.Allow(order, 1) => $"its customer was notified {sent} times, although no step failed",
            _ => null,
        };
        if (wrong is not null)
            yield return new(Invariant.OneOrderOnce, order.OrderId, wrong);
    }

    private List<StoredMessage> Parked(StoredOrder order) => [.. evidence.Store.Parked.Where(message => message.OrderIds.Contains(order.OrderId))];

    private static string Text(IReadOnlyList<Line> lines) => lines.Count == 0 ? "nothing" : string.Join(", ", lines.Select(line => $"{line.Quantity} {line.Sku}"));
}
