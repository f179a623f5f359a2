using OrderSystem.EventSources.Filters;

namespace OrderSystem.EventSources;

/// <summary>
/// The settings of a mapping, with Lambda's defaults. Lambda API Reference: "CreateEventSourceMapping".
/// </summary>
public sealed record EventSourceMappingConfiguration
{
    /// <summary>The maximum number of records per invocation: 1 to 10,000.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>How long to gather records for a batch, counted from when its first record was read: at most 300 s.</summary>
    public TimeSpan MaximumBatchingWindow { get; init; } = TimeSpan.Zero;

    /// <summary>Where a new mapping starts reading.</summary>
    public StartingPosition StartingPosition { get; init; } = StartingPosition.TrimHorizon;

    /// <summary>The maximum number of concurrent batches per shard: 1 to 10. Records with the same key stay in order.</summary>
    public int ParallelizationFactor { get; init; } = 1;

    /// <summary>The maximum number of retries of a batch: 0 to 10,000; −1 retries the batch until its records expire.</summary>
    public int MaximumRetryAttempts { get; init; } = -1;

    /// <summary>
    /// The age above which records are discarded: 60 s to 7 days; null means that records are not discarded because of
    /// their age.
    /// </summary>
    public TimeSpan? MaximumRecordAge { get; init; }

    /// <summary>Whether a batch for which the function failed is split in two before it is retried.</summary>
    public bool BisectBatchOnFunctionError { get; init; }

    /// <summary>Whether the function's response reports which records failed (<c>ReportBatchItemFailures</c>).</summary>
    public bool ReportBatchItemFailures { get; init; }

    /// <summary>
    /// The length of a tumbling window: at most 900 s; zero means that the mapping has no tumbling windows.
    /// </summary>
    public TimeSpan TumblingWindow { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// The filters that select the records for the function. Without filters, the function receives all records.
    /// </summary>
    public FilterCriteria Filter { get; init; } = FilterCriteria.None;

    /// <summary>
    /// Returns the errors for which the Lambda API would reject this configuration for a stream; empty if it is valid.
    /// </summary>
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
            yield return "TumblingWindowInSeconds allows one state per shard, so ParallelizationFactor must be 1";
    }

    /// <summary>
    /// Returns the errors for which the Lambda API would reject this configuration for a queue; empty if it is valid.
    /// </summary>
    public IEnumerable<string> ValidateForQueue()
    {
        if (BatchSize is < 1 or > 10_000)
            yield return $"BatchSize is {BatchSize}, but must be from 1 to 10000";
        else if (BatchSize > 10 && MaximumBatchingWindow < TimeSpan.FromSeconds(1))
            yield return "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10";
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

/// <summary>Where a new mapping starts reading.</summary>
public enum StartingPosition
{
    /// <summary>The oldest record in the stream (<c>TRIM_HORIZON</c>).</summary>
    TrimHorizon,

    /// <summary>The first record written after the mapping was created (<c>LATEST</c>).</summary>
    Latest,
}
