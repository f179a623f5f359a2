using OrderSystem.EventSources.Filters;

namespace OrderSystem.EventSources;

/// <summary>What can be set on a mapping, with the defaults of the Lambda API: "CreateEventSourceMapping".</summary>
public sealed record EventSourceMappingConfiguration
{
    /// <summary>Records handed to the function at once, at most: 1 to 10,000.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>How long to gather records, counted from the oldest: up to 300 s.</summary>
    public TimeSpan MaximumBatchingWindow { get; init; } = TimeSpan.Zero;

    /// <summary>Where a new mapping begins.</summary>
    public StartingPosition StartingPosition { get; init; } = StartingPosition.TrimHorizon;

    /// <summary>Batches of one shard handed over at once, order kept per key: 1 to 10.</summary>
    public int ParallelizationFactor { get; init; } = 1;

    /// <summary>How often a failing batch is tried again: 0 to 10,000; −1 as long as its records last.</summary>
    public int MaximumRetryAttempts { get; init; } = -1;

    /// <summary>Records older than so are given up: 60 s to 7 days; null never.</summary>
    public TimeSpan? MaximumRecordAge { get; init; }

    /// <summary>Splits a failing batch in two.</summary>
    public bool BisectBatchOnFunctionError { get; init; }

    /// <summary>The function tells which records failed (<c>ReportBatchItemFailures</c>).</summary>
    public bool ReportBatchItemFailures { get; init; }

    /// <summary>The length of a tumbling window: up to 900 s; zero is none.</summary>
    public TimeSpan TumblingWindow { get; init; } = TimeSpan.Zero;

    /// <summary>Which records the function is meant for; none lets all through.</summary>
    public FilterCriteria Filter { get; init; } = FilterCriteria.None;

    /// <summary>Names what the Lambda API would refuse for a stream; empty where all is well.</summary>
    public IEnumerable<string> ValidateForStream()
    {
        if (BatchSize is < 1 or > 10_000)
            yield return $"BatchSize is {BatchSize}, but must be from 1 to 10000";
        foreach (var error in ValidateWindow(300))
            yield return error;
        if (ParallelizationFactor is < 1 or > 10)
            yield return $"ParallelizationFactor is {ParallelizationFactor}, but must be from 1 to 10";
        if (MaximumRetryAttempts is < -1 or > 10_000)
            yield return $"MaximumRetryAttempts is {MaximumRetryAttempts}, but must be from -1 to 10000";
        if (MaximumRecordAge is { TotalSeconds: < 60 or > 604_800 } age)
            yield return $"MaximumRecordAgeInSeconds is {age.TotalSeconds}, but must be -1, or from 60 to 604800";
        if (TumblingWindow.TotalSeconds is < 0 or > 900)
            yield return $"TumblingWindowInSeconds is {TumblingWindow.TotalSeconds}, but must be from 0 to 900";
        if (TumblingWindow > TimeSpan.Zero && ParallelizationFactor > 1)
            yield return "TumblingWindowInSeconds keeps one state a shard, so ParallelizationFactor must be 1";
    }

    /// <summary>Names what the Lambda API would refuse for a queue; empty where all is well.</summary>
    public IEnumerable<string> ValidateForQueue()
    {
        if (BatchSize is < 1 or > 10_000)
            yield return $"BatchSize is {BatchSize}, but must be from 1 to 10000";
        else if (BatchSize > 10 && MaximumBatchingWindow < TimeSpan.FromSeconds(1))
            yield return $"BatchSize is {BatchSize}: above 10, MaximumBatchingWindowInSeconds must be at least 1";
        foreach (var error in ValidateWindow(300))
            yield return error;
        if (ParallelizationFactor != 1 || MaximumRetryAttempts != -1 || MaximumRecordAge is not null || BisectBatchOnFunctionError || TumblingWindow != TimeSpan.Zero)
            yield return "ParallelizationFactor, MaximumRetryAttempts, MaximumRecordAgeInSeconds, BisectBatchOnFunctionError and TumblingWindowInSeconds are for streams only";
    }

    private IEnumerable<string> ValidateWindow(int maximum)
    {
        if (MaximumBatchingWindow.TotalSeconds < 0 || MaximumBatchingWindow.TotalSeconds > maximum)
            yield return $"MaximumBatchingWindowInSeconds is {MaximumBatchingWindow.TotalSeconds}, but must be from 0 to {maximum}";
    }
}

/// <summary>Where a new mapping begins.</summary>
public enum StartingPosition
{
    /// <summary>With the oldest record the stream keeps (<c>TRIM_HORIZON</c>).</summary>
    TrimHorizon,

    /// <summary>With what is written after the mapping was made (<c>LATEST</c>).</summary>
    Latest,
}
