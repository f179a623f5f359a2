using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.StatesLanguage;

/// <summary>The services and limits that executions share.</summary>
public sealed record ExecutionEnvironment
{
    /// <summary>Runs the work of Task states.</summary>
    public required ITaskIntegration Tasks { get; init; }

    /// <summary>The clock for all timestamps, timeouts and waits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The AWS region that appears in history events.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The maximum number of history events; reaching it fails the execution. 0 means no limit.</summary>
    public int MaxEvents { get; init; } = 25_000;

    /// <summary>The maximum duration of an execution, even if its definition allows more; null means no limit.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Runs distributed Map states; if null, their items are processed inline.</summary>
    public IMapRunner? MapRuns { get; init; }
}
