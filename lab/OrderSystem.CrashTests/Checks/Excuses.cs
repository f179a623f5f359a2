using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.CrashTests.Checks;

/// <summary>
/// Counts how often an order's steps may have failed because of disturbances and faults. An outcome that retries should
/// have prevented is allowed only if disturbances and faults may have caused at least as many failures as the step has
/// attempts in <c>deploy/order-workflow.asl.json</c>.
/// </summary>
internal sealed class Excuses(Evidence evidence)
{
    /// <summary>The number of failed attempts of a step after which the order is compensated.</summary>
    public const int StepTries = 6;

    /// <summary>The minimum number of failed attempts of a step before its order is parked.</summary>
    public const int ParkTries = 7;

    /// <summary>
    /// The number of failed attempts to send a notification after which the order is completed without a notification.
    /// </summary>
    public const int NotificationTries = 3;

    // If a process is stopped during a step, the attempt fails. The next attempt may fail too, because the first attempt
    // left a partial result.
    private const int FailuresPerDisturbance = 2;

    // The time that a killed process needs to start again and process its backlog.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether disturbances and faults can explain that the steps of an order failed at least <paramref name="failures"/>
    /// times, or the order's store was unavailable.
    /// </summary>
    public bool Allow(StoredOrder order, int failures) => IsStoreOut(order) || Failures(order) >= failures;

    /// <summary>
    /// Whether disturbances and faults can explain that an order was compensated. If only DynamoDB was unavailable, the
    /// order should have been parked instead.
    /// </summary>
    public bool AllowCompensation(StoredOrder order) => IsDatabaseOut(order) || Failures(order) >= StepTries;

    /// <summary>The maximum number of failures of an order's steps that disturbances and faults can explain.</summary>
    public int Failures(StoredOrder order)
    {
        var struck = evidence.Strikes.Count(strike =>
            strike.Fault.Action != FaultAction.Exit
                && (strike.Subject == order.OrderId || strike.Fault.Point.StartsWith(CrashPoints.InvokeLambda, StringComparison.Ordinal)));
        var deaths = evidence.Strikes.Count(strike => strike.Fault.Action == FaultAction.Exit) + Overlapping(order)
            .Count(disturbance => disturbance.Kind is DisturbanceKind.Kill or DisturbanceKind.Freeze or DisturbanceKind.Restart or DisturbanceKind.FillDisk || DatabaseDisturber.Takes(disturbance.Kind));
        var unanswered = Token(order.OrderId) is PaymentTokens.TimeoutOnce or PaymentTokens.AnswerLostOnce ? 1 : 0;
        return struck + unanswered + (FailuresPerDisturbance * deaths);
    }

    /// <summary>Returns the payment token of an order; null if no client requested the order.</summary>
    public string? Token(string orderId) => evidence.History.FirstOrDefault(attempt => attempt.OrderId == orderId && attempt.Request is not null)?.Request!.Token;

    /// <summary>
    /// Whether there was enough stock for an order even if all other orders, except those whose payment is declined, had
    /// reserved their stock.
    /// </summary>
    public bool IsAmple(StoredOrder order) => order.Lines.All(line => evidence.Scenario.Stock.GetValueOrDefault(line.Sku) - OthersMayHold(order, line.Sku) >= line.Quantity);

    private int OthersMayHold(StoredOrder order, string sku) => evidence.Store.Orders.Values
        .Where(other => other.OrderId != order.OrderId && Token(other.OrderId) != PaymentTokens.Declined)
        .SelectMany(other => other.Lines).Where(line => line.Sku == sku).Sum(line => line.Quantity);

    // While a store is unavailable, every attempt of a step fails immediately, so the number of failures is not
    // limited.
    private bool IsStoreOut(StoredOrder order) => IsDatabaseOut(order) || Overlapping(order).Any(disturbance =>
        disturbance is { Target: "dynamodb", Kind: DisturbanceKind.Kill or DisturbanceKind.Freeze or DisturbanceKind.Restart });

    private bool IsDatabaseOut(StoredOrder order) => Overlapping(order).Any(disturbance =>
        disturbance.Target == "api" && (disturbance.Kind == DisturbanceKind.FillDisk || DatabaseDisturber.Takes(disturbance.Kind)));

    // Failed attempts do not update the order. So if the order was parked, its steps may have been attempted until the end of
    // the run.
    private IEnumerable<Disturbance> Overlapping(StoredOrder order) => evidence.Disturbed
        .Where(disturbed => order.CreatedAt <= disturbed.To + Aftermath && (!order.HasEnded || order.UpdatedAt >= disturbed.From))
        .Select(disturbed => disturbed.Disturbance);
}
