using OrderSystem.CrashTests.Faults;
using OrderSystem.CrashTests.Load;
using OrderSystem.CrashTests.Outside;

namespace OrderSystem.CrashTests.Checks;

/// <summary>Everything that is known about a crash test run after all work has ended.</summary>
/// <param name="Scenario">The scenario of the run.</param>
/// <param name="History">The clients' requests and the responses to them.</param>
/// <param name="Store">The contents of the stores.</param>
/// <param name="Gateway">The payment gateway's entries, by order.</param>
/// <param name="LowestStock">The lowest available stock that was observed during the run, by product.</param>
internal sealed record Evidence(
    Scenario Scenario,
    IReadOnlyList<ClientAttempt> History,
    Snapshot Store,
    IReadOnlyDictionary<string, GatewayEntry> Gateway,
    IReadOnlyDictionary<string, int> LowestStock)
{
    /// <summary>The disturbances of the processes, and when they took place.</summary>
    public IReadOnlyList<Disturbed> Disturbed { get; init; } = [];

    /// <summary>The faults that struck, each with the order or function that it struck.</summary>
    public IReadOnlyList<Strike> Strikes { get; init; } = [];
}

/// <summary>A disturbance that took place, with the times of its start and its end.</summary>
internal sealed record Disturbed(Disturbance Disturbance, DateTimeOffset From, DateTimeOffset To);

/// <summary>One occurrence of a planned fault.</summary>
/// <param name="Fault">The planned fault.</param>
/// <param name="Subject">The order or function that the fault struck.</param>
internal sealed record Strike(PlannedFault Fault, string Subject);
