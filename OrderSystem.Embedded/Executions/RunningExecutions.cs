using System.Collections.Concurrent;

namespace OrderSystem.Embedded.Executions;

/// <summary>The executions that this process runs, by their numbers.</summary>
internal sealed class RunningExecutions : ConcurrentDictionary<long, RunningExecution>;
