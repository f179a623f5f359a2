namespace OrderSystem.EventSources.Failures;

/// <summary>Why a batch was discarded, by AWS's names.</summary>
internal enum DiscardCondition
{
    /// <summary>The function failed as often as the mapping tries.</summary>
    RetryAttemptsExhausted,

    /// <summary>The records are older than the mapping keeps them.</summary>
    RecordAgeExceeded,
}
