namespace OrderSystem.CrashTests.Checks;

/// <summary>A violated invariant.</summary>
/// <param name="Invariant">The invariant.</param>
/// <param name="OrderId">The order concerned; null if it is not about one order.</param>
/// <param name="What">What happened.</param>
internal sealed record Violation(Invariant Invariant, string? OrderId, string What)
{
    public override string ToString() => $"{(int)Invariant}. {Invariant}: {(OrderId is null ? "" : OrderId + ": ")}{What}";
}

/// <summary>The invariants that must never break.</summary>
internal enum Invariant
{
    /// <summary>An accepted order is never lost: it ends completed, rejected, or visibly parked.</summary>
    AcceptedIsNeverLost = 1,

    /// <summary>
    /// One order, one execution, at most one charge and one reservation. A repeated request returns the order; another
    /// body under its id gets 409.
    /// </summary>
    OneOrderOnce = 2,

    /// <summary>Stock never goes below zero and adds up; payment without stock is refunded.</summary>
    StockAndMoneyAddUp = 3,

    /// <summary>A poison record never blocks its shard and never takes a valid record with it.</summary>
    PoisonIsParkedAlone = 4,

    /// <summary>An invalid request gets a 4xx problem document, never a 500, and nothing is written.</summary>
    BadRequestIsRefused = 5,

    /// <summary>Processes stop in time and come back.</summary>
    ProcessesObey = 6,
}
