using OrderSystem.Crashes.Faults;
using OrderSystem.Crashes.Load;
using OrderSystem.Crashes.Outside;

namespace OrderSystem.Crashes.Checks;

/// <summary>
/// What struck an order, and so how often its steps may have failed through no fault of the system. An end that retries
/// should have averted needs as many failures as the workflow has tries, see <c>deploy/order-workflow.asl.json</c>.
/// </summary>
internal sealed class Excuses(Evidence evidence)
{
    /// <summary>Tries of a step before the order is undone.</summary>
    public const int StepTries = 6;

    /// <summary>Tries of a step that ends or undoes an order before it is parked.</summary>
    public const int LastTries = 13;

    /// <summary>Tries of a notification before the order is completed without.</summary>
    public const int NotificationTries = 3;

    // Who is stopped amid a step fails it, and whoever takes over may meet what is left of it.
    private const int FailuresPerDisturbance = 2;

    // A process that was killed needs so long to come back, and what waited for it to be worked off.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(10);

    /// <summary>Whether an order's step may have failed so often at the most.</summary>
    public bool Allow(StoredOrder order, int failures) => IsStoreOut(order) || Failures(order) >= failures;

    /// <summary>How often an order's steps may have failed, but for times when its store was away.</summary>
    public int Failures(StoredOrder order)
    {
        var struck = evidence.Strikes.Count(strike => strike.Fault.Action != FaultAction.Exit && (strike.Subject == order.OrderId || strike.Fault.Point.StartsWith(CrashPoints.InvokeLambda, StringComparison.Ordinal)));
        var deaths = evidence.Strikes.Count(strike => strike.Fault.Action == FaultAction.Exit) + Overlapping(order).Count(disturbance => disturbance.Kind is DisturbanceKind.Kill or DisturbanceKind.Freeze or DisturbanceKind.Restart or DisturbanceKind.FillDisk || DatabaseDisturber.Takes(disturbance.Kind));
        var unanswered = Token(order.OrderId) is PaymentTokens.TimeoutOnce or PaymentTokens.AnswerLostOnce ? 1 : 0;
        return struck + unanswered + (FailuresPerDisturbance * deaths);
    }

    /// <summary>How an order is paid; null where nobody asked for it.</summary>
    public string? Token(string orderId) => evidence.History.FirstOrDefault(attempt => attempt.OrderId == orderId && attempt.Request is not null)?.Request!.Token;

    /// <summary>Whether all that others may have held for a while leaves enough for an order, so that it can't be short of stock.</summary>
    public bool IsAmple(StoredOrder order) => order.Lines.All(line => evidence.Scenario.Stock.GetValueOrDefault(line.Sku) - OthersMayHold(order, line.Sku) >= line.Quantity);

    private int OthersMayHold(StoredOrder order, string sku) => evidence.Store.Orders.Values
        .Where(other => other.OrderId != order.OrderId && Token(other.OrderId) != PaymentTokens.Declined)
        .SelectMany(other => other.Lines).Where(line => line.Sku == sku).Sum(line => line.Quantity);

    // Every try fails then, and at once.
    private bool IsStoreOut(StoredOrder order) => Overlapping(order).Any(disturbance =>
        disturbance is { Target: "dynamodb", Kind: DisturbanceKind.Kill or DisturbanceKind.Freeze or DisturbanceKind.Restart } or { Target: "api", Kind: DisturbanceKind.FillDisk }
        || (disturbance.Target == "api" && DatabaseDisturber.Takes(disturbance.Kind)));

    private IEnumerable<Disturbance> Overlapping(StoredOrder order) => evidence.Disturbed
        .Where(disturbed => order.CreatedAt <= disturbed.To + Aftermath && order.UpdatedAt >= disturbed.From)
        .Select(disturbed => disturbed.Disturbance);
}
