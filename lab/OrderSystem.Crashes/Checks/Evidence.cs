using OrderSystem.Crashes.Faults;
using OrderSystem.Crashes.Load;
using OrderSystem.Crashes.Outside;

namespace OrderSystem.Crashes.Checks;

/// <summary>Everything known of a run once nothing moves any more.</summary>
/// <param name="Scenario">What was done.</param>
/// <param name="History">What clients sent and heard.</param>
/// <param name="Store">What the stores hold.</param>
/// <param name="Gateway">What became of the money, by order.</param>
/// <param name="LowestStock">The lowest stock that was seen of each article while the run went on.</param>
internal sealed record Evidence(
    Scenario Scenario,
    IReadOnlyList<ClientAttempt> History,
    Snapshot Store,
    IReadOnlyDictionary<string, GatewayEntry> Gateway,
    IReadOnlyDictionary<string, int> LowestStock)
{
    /// <summary>What was done to the processes, and when.</summary>
    public IReadOnlyList<Disturbed> Disturbed { get; init; } = [];

    /// <summary>The faults that struck, and whom.</summary>
    public IReadOnlyList<Strike> Strikes { get; init; } = [];
}

/// <summary>A disturbance that took place.</summary>
internal sealed record Disturbed(Disturbance Disturbance, DateTimeOffset From, DateTimeOffset To);

/// <summary>A fault that struck.</summary>
/// <param name="Fault">Which.</param>
/// <param name="Subject">The order or the function that it struck.</param>
internal sealed record Strike(PlannedFault Fault, string Subject);
