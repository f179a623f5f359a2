namespace OrderSystem.StatesLanguage;

/// <summary>Waits of any length.</summary>
internal static class Delays
{
    // A timer takes at most 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public static async ValueTask UntilAsync(DateTimeOffset time, TimeProvider clock, CancellationToken cancellationToken)
    {
        var left = time - clock.GetUtcNow();
        // What is left is reckoned, not read off the clock: a clock whose waits are scaled still tells the real time.
        for (; left > Longest; left -= Longest)
            await Task.Delay(Longest, clock, cancellationToken);
        // A timer's grain is a millisecond: rounding up keeps it from firing just before the time.
        if (left > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock, cancellationToken);
    }
}
