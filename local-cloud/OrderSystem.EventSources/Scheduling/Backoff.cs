namespace OrderSystem.EventSources.Scheduling;

/// <summary>The delays between retries, which double from the first delay up to a maximum.</summary>
/// <param name="First">The delay after the first failure.</param>
/// <param name="Longest">The maximum delay.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>The default delays: 100 ms after the first failure, doubling up to 10 s.</summary>
    public static Backoff Standard { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    /// <summary>Returns the delay after the given number of consecutive failures, which is at least 1.</summary>
    public TimeSpan After(int failures) => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Clamp(failures - 1, 0, 20)));
}
