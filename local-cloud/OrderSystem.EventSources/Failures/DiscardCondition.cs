namespace OrderSystem.EventSources.Failures;

/// <summary>Why a batch was discarded, in AWS's words.</summary>
internal static class DiscardCondition
{
    public const string RetryAttemptsExhausted = "RetryAttemptsExhausted";
    public const string RecordAgeExceeded = "RecordAgeExceeded";
}
