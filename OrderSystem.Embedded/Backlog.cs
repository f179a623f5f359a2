using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Workflow;

namespace OrderSystem.Embedded;

/// <summary>How many orders are in progress, and whether more may come in.</summary>
internal sealed class Backlog(EmbeddedOptions options, OrderChanges changes, RunningExecutions running)
{
    /// <summary>Why no more orders may come in now; null if they may.</summary>
    public string? Refusal() => running.Count + changes.Waiting is var orders && orders >= options.MaximumBacklog
        ? $"{orders} orders are in progress, which is the limit."
        : null;
}
