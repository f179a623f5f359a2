namespace OrderSystem.EventSources.Scheduling;

/// <summary>How long to wait before trying again: doubling from a first delay up to a longest one.</summary>
/// <param name="First">After the first failure.</param>
/// <param name="Longest">Never more than this.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>100 ms doubling up to 10 s.</summary>
    public static Backoff Standard { get; } = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    /// <summary>The delay after so many failures in a row, counted from 1.</summary>
    public TimeSpan After(int failures) => TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Clamp(failures - 1, 0, 20)));
}
