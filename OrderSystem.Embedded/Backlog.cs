using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Executions;

namespace OrderSystem.Embedded;

/// <summary>Counts the orders in progress, and refuses new orders when the limit is reached.</summary>
internal sealed class Backlog(EmbeddedOptions options, OrderChanges changes, RunningExecutions running)
{
    /// <summary>Returns why no new order is accepted now; null if new orders are accepted.</summary>
    public string? Refusal() => running.Count + changes.Waiting is var orders && orders >= options.MaximumBacklog
        ? $"New orders are refused because {orders} orders are in progress and the limit is {options.MaximumBacklog}."
        : null;
}
