namespace OrderSystem.Crashes.Checks;

/// <summary>A promise that was broken.</summary>
/// <param name="Invariant">Which.</param>
/// <param name="OrderId">The order concerned; null where it is not of one order.</param>
/// <param name="What">How.</param>
internal sealed record Violation(Invariant Invariant, string? OrderId, string What)
{
    public override string ToString() => $"{(int)Invariant}. {Invariant}: {(OrderId is null ? "" : OrderId + ": ")}{What}";
}

/// <summary>What must never break.</summary>
internal enum Invariant
{
    /// <summary>An accepted order is never lost: it ends completed, rejected, or visibly parked.</summary>
    AcceptedIsNeverLost = 1,

    /// <summary>One order, one execution, at most one charge, at most one reservation; the same request is answered the same, another 409.</summary>
    OneOrderOnce = 2,

    /// <summary>Stock never goes below zero and adds up; payment without stock is refunded.</summary>
    StockAndMoneyAddUp = 3,

    /// <summary>One bad record never blocks its shard and never takes a good one with it.</summary>
    PoisonIsParkedAlone = 4,

    /// <summary>A bad request is a 4xx problem document; nothing is ever a 500; what is refused is not written.</summary>
    BadRequestIsRefused = 5,

    /// <summary>Processes stop in time, and come back.</summary>
    ProcessesObey = 6,
}
