namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>A time provider that multiplies the duration of timers by a factor, but returns the real current time.</summary>
internal sealed class ScaledTimeProvider(TimeProvider inner, double scale) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(inner.CreateTimer(callback, state, Scaled(dueTime, scale), Scaled(period, scale)), scale);

    private static TimeSpan Scaled(TimeSpan time, double scale) => time == Timeout.InfiniteTimeSpan ? time : time * scale;

    private sealed class ScaledTimer(ITimer inner, double scale) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Scaled(dueTime, scale), Scaled(period, scale));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
