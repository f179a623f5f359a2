namespace OrderSystem.EventSources.Scheduling;

/// <summary>Delays between retries, doubling from the first up to a maximum.</summary>
/// <param name="First">The delay after the first failure.</param>
/// <param name="Longest">The maximum delay.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>From 100 ms, doubling up to 10 s.</summary>
    public static Backoff Standard { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    /// <summary>Returns the delay after this number of consecutive failures, starting at 1.</summary>
    public TimeSpan After(int failures) => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Clamp(failures - 1, 0, 20)));
}
