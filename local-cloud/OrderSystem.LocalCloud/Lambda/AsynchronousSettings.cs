namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// The retries and destinations of a function's asynchronous invocations. See "PutFunctionEventInvokeConfig" in the Lambda API
/// Reference.
/// </summary>
public sealed record AsynchronousSettings
{
    /// <summary>The configured number of retries after a function error, from 0 to 2; null if not configured.</summary>
    public int? ConfiguredRetryAttempts { get; init; }

    /// <summary>The configured maximum age of an event, from 60 seconds to 6 hours; null if not configured.</summary>
    public TimeSpan? ConfiguredEventAge { get; init; }

    /// <summary>The number of retries after a function error. Default: 2.</summary>
    public int MaximumRetryAttempts => ConfiguredRetryAttempts ?? 2;

    /// <summary>The maximum age of an event; older events are not retried. Default: 6 hours.</summary>
    public TimeSpan MaximumEventAge => ConfiguredEventAge ?? TimeSpan.FromHours(6);

    /// <summary>
    /// The ARN of the queue that receives a record of each successful invocation; null if none is configured.
    /// </summary>
    public string? OnSuccessArn { get; init; }

    /// <summary>The ARN of the queue that receives a record of each discarded event; null if none is configured.</summary>
    public string? OnFailureArn { get; init; }

    /// <summary>
    /// The ARN of the function's dead-letter queue, which receives each discarded event itself; null if the function has none.
    /// </summary>
    public string? DeadLetterArn { get; init; }

    /// <summary>When the retries or the destinations were last configured; null if they are not configured.</summary>
    public DateTimeOffset? ConfiguredAt { get; init; }

    /// <summary>Whether any setting other than the dead-letter queue was configured.</summary>
    public bool IsConfigured => ConfiguredAt is not null;

    /// <summary>
    /// Returns the default settings, but keeps the dead-letter queue: it is part of the function's configuration, not of
    /// its event invoke config.
    /// </summary>
    public AsynchronousSettings WithoutConfig() => new() { DeadLetterArn = DeadLetterArn };
}
