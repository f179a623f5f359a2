namespace OrderSystem.StatesLanguage.Engine;

/// <summary>Waits that can be longer than the maximum duration of a .NET timer.</summary>
internal static class Delays
{
    // .NET timers accept at most 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public static async ValueTask UntilAsync(DateTimeOffset time, TimeProvider clock, CancellationToken cancellationToken)
    {
        var left = time - clock.GetUtcNow();
        // Subtract each wait instead of reading the clock again, because a scaled clock shortens waits but reports the real
        // time.
        for (; left > Longest; left -= Longest)
            await Task.Delay(Longest, clock, cancellationToken);
        // Timers count whole milliseconds: round up, so that the wait does not end just before the given time.
        if (left > TimeSpan.Zero)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock, cancellationToken);
    }
}
