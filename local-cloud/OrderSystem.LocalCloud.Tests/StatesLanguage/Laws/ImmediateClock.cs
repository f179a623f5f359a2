namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>
/// A clock without waits: timers fire immediately, and the time advances by one millisecond whenever it is read.
/// </summary>
internal sealed class ImmediateClock : TimeProvider
{
    private long _milliseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(50).AddMilliseconds(Interlocked.Increment(ref _milliseconds));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
            callback(state);
        return new Elapsed();
    }

    private sealed class Elapsed : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
