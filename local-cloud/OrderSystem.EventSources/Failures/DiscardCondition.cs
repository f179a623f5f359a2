namespace OrderSystem.EventSources.Failures;

/// <summary>The reasons for discarding a batch, with AWS's names.</summary>
internal enum DiscardCondition
{
    /// <summary>The function failed, and the mapping has no retries left.</summary>
    RetryAttemptsExhausted,

    /// <summary>
    /// The records are older than the mapping's maximum record age or, for retries, than the stream's retention.
    /// </summary>
    RecordAgeExceeded,
}
