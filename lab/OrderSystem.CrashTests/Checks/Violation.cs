namespace OrderSystem.CrashTests.Checks;

/// <summary>A violated invariant.</summary>
/// <param name="Invariant">The invariant that was violated.</param>
/// <param name="OrderId">The id of the order that violates the invariant; null if the violation is not about one order.</param>
/// <param name="What">A description of the violation, such as "it was charged twice", where "it" is the order.</param>
internal sealed record Violation(Invariant Invariant, string? OrderId, string What)
{
    public override string ToString() => $"{(int)Invariant}. {Invariant}: {(OrderId is null ? "" : OrderId + ": ")}{What}";
}

/// <summary>The invariants that a cloud must never violate.</summary>
internal enum Invariant
{
    /// <summary>
    /// An accepted order is never lost: it is completed, rejected, or parked in the dead-letter queue.
    /// </summary>
    AcceptedIsNeverLost = 1,

    /// <summary>
    /// An order has one execution, at most one charge and at most one reservation. A repeated request returns the order; a
    /// request with the same id and a different body gets 409.
    /// </summary>
    OneOrderOnce = 2,

    /// <summary>
    /// Stock never goes below zero, and available and reserved stock add up to the initial stock. The payment of an order
    /// is refunded if there is not enough stock for the order.
    /// </summary>
    StockAndMoneyAddUp = 3,

    /// <summary>
    /// A poison record is parked. It never blocks its shard, and no valid record is discarded together with it.
    /// </summary>
    PoisonIsParkedAlone = 4,

    /// <summary>An invalid request gets a 4xx problem document and writes nothing. No request gets a 500.</summary>
    BadRequestIsRefused = 5,

    /// <summary>Processes stop in time after SIGTERM, can start again, and never exit by themselves.</summary>
    ProcessesObey = 6,
}
