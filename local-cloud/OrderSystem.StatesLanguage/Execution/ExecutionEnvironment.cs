using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.StatesLanguage;

/// <summary>What executions share.</summary>
public sealed record ExecutionEnvironment
{
    /// <summary>Does the tasks.</summary>
    public required ITaskIntegration Tasks { get; init; }

    /// <summary>Tells the time and makes every wait.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The region in events.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The most events of a history; the execution fails when it is reached. Zero: no limit, as with EXPRESS.</summary>
    public int MaxEvents { get; init; } = 25_000;

    /// <summary>How long an execution may take whatever its definition says; null sets no limit.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Runs distributed Map states; without it their items run inline.</summary>
    public IMapRunner? MapRuns { get; init; }
}
