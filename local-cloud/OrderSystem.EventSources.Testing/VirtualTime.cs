namespace OrderSystem.EventSources.Testing;

/// <summary>A clock that advances only when <see cref="MoveTo"/> is called.</summary>
public sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<Timer, (long Due, long Order)> _timers = new();
    private long _ticks = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private long _order;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => _ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
            throw new NotSupportedException("Periodic timers are not simulated.");
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns when the next timer is due; null if there is no timer.</summary>
    public DateTimeOffset? NextDue()
    {
        while (_timers.TryPeek(out var timer, out var at))
        {
            if (timer.Due == at.Due)
                return new DateTimeOffset(at.Due, TimeSpan.Zero);
            _timers.Dequeue();
        }

        return null;
    }

    /// <summary>Moves the clock forward to the given time, and fires every timer that is due by then.</summary>
    public void MoveTo(DateTimeOffset moment)
    {
        _ticks = Math.Max(_ticks, moment.UtcTicks);
        while (NextDue() is { } due && due.UtcTicks <= _ticks)
            _timers.Dequeue().Fire();
    }

    private sealed class Timer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? -1 : time._ticks + Math.Max(0, dueTime.Ticks);
            if (Due >= 0)
                time._timers.Enqueue(this, (Due, time._order++));
            return true;
        }

        public void Fire()
        {
            Due = -1;
            callback(state);
        }

        public void Dispose() => Due = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
