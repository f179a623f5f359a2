namespace OrderSystem.StatesLanguage;

/// <summary>Waits that can exceed the longest timer that .NET accepts.</summary>
internal static class Delays
{
    // .NET timers accept at most 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public static async ValueTask UntilAsync(DateTimeOffset time, TimeProvider clock, CancellationToken cancellationToken)
    {
        var left = time - clock.GetUtcNow();
        // Compute the remainder: a scaled clock's waits are shorter than the time it reports.
        for (; left > Longest; left -= Longest)
            await Task.Delay(Longest, clock, cancellationToken);
        // Timers count whole milliseconds. Rounding up keeps one from firing just before the time.
        if (left > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock, cancellationToken);
    }
}
