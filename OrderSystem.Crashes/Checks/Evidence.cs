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
    IReadOnlyDictionary<string, int> LowestStock);
