namespace OrderSystem.LocalCloud.Lambda;

/// <summary>How a function's asynchronous invocations are retried and where they end. Lambda API Reference: "PutFunctionEventInvokeConfig".</summary>
public sealed record AsynchronousSettings
{
    /// <summary>How often a function's error is retried: 0 to 2.</summary>
    public int MaximumRetryAttempts { get; init; } = 2;

    /// <summary>How long an event is kept for another try: 60 s to 6 hours.</summary>
    public TimeSpan MaximumEventAge { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The queue told of each success.</summary>
    public string? OnSuccessArn { get; init; }

    /// <summary>The queue told of each event given up.</summary>
    public string? OnFailureArn { get; init; }

    /// <summary>The function's dead-letter queue: it takes the event itself.</summary>
    public string? DeadLetterArn { get; init; }

    /// <summary>When all but the dead-letter queue was set; null where it is by default.</summary>
    public DateTimeOffset? ConfiguredAt { get; init; }

    /// <summary>Whether anything but the dead-letter queue was set.</summary>
    public bool IsConfigured => ConfiguredAt is not null;

    /// <summary>The defaults, beside the dead-letter queue, which is the function's own.</summary>
    public AsynchronousSettings WithoutConfig() => new() { DeadLetterArn = DeadLetterArn };
}
