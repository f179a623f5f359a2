namespace OrderSystem.StatesLanguage.States;

/// <summary>One entry of a state's Retry field.</summary>
internal sealed record Retrier(ErrorMatcher Errors, double IntervalSeconds, int MaxAttempts, double BackoffRate, double? MaxDelaySeconds, bool FullJitter)
{
    private const double LongestDelaySeconds = 31_622_400;

    /// <summary>Returns the delay before the next attempt, given the number of retries already made.</summary>
    public TimeSpan Delay(int attemptsSoFar, Random random)
    {
        var seconds = IntervalSeconds * Math.Pow(BackoffRate, attemptsSoFar);
        seconds = Math.Min(seconds, MaxDelaySeconds ?? LongestDelaySeconds);
        return TimeSpan.FromSeconds(FullJitter ? seconds * random.NextDouble() : seconds);
    }
}
