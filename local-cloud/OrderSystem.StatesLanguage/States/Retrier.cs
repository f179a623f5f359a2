namespace OrderSystem.StatesLanguage.States;

/// <summary>One entry of Retry.</summary>
internal sealed record Retrier(ErrorMatcher Errors, double IntervalSeconds, int MaxAttempts, double BackoffRate, double? MaxDelaySeconds, bool FullJitter)
{
    private const double LongestDelaySeconds = 31_622_400;

    /// <summary>How long to wait before the attempt that follows so many of this retrier.</summary>
    public TimeSpan Delay(int attemptsSoFar, Random random)
    {
        var seconds = IntervalSeconds * Math.Pow(BackoffRate, attemptsSoFar);
        seconds = Math.Min(seconds, MaxDelaySeconds ?? LongestDelaySeconds);
        return TimeSpan.FromSeconds(FullJitter ? seconds * random.NextDouble() : seconds);
    }
}
