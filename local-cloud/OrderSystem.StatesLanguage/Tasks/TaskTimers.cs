namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>
/// The timeout and heartbeat timers of one task attempt. Each timer is created only if the task sets a value for that
/// timer.
/// </summary>
internal sealed class TaskTimers : IDisposable
{
    private readonly CancellationTokenSource? _source;
    private readonly ITimer? _timeout;
    private readonly ITimer? _heartbeat;
    private readonly TimeSpan _heartbeatInterval;
    private int _expired;

    public TaskTimers(TimeProvider clock, DateTimeOffset scheduled, TaskRequestFields fields, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        if (fields.TimeoutSeconds is null && fields.HeartbeatSeconds is null)
            return;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _source.Token;
        if (fields.TimeoutSeconds is { } seconds)
            _timeout = clock.CreateTimer(static timers => ((TaskTimers)timers!).Expire(isHeartbeat: false), this, DueTime(seconds, scheduled, clock), Timeout.InfiniteTimeSpan);
        if (fields.HeartbeatSeconds is { } interval)
        {
            _heartbeatInterval = DueTime(interval, clock.GetUtcNow(), clock);
            _heartbeat = clock.CreateTimer(static timers => ((TaskTimers)timers!).Expire(isHeartbeat: true), this, _heartbeatInterval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Cancelled when a timer expires or the task is no longer needed.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether one of the timers has expired.</summary>
    public bool Expired => Volatile.Read(ref _expired) != 0;

    /// <summary>Whether the timer that expired was the heartbeat timer.</summary>
    public bool IsHeartbeat { get; private set; }

    public void Heartbeat() => _heartbeat?.Change(_heartbeatInterval, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timeout?.Dispose();
        _heartbeat?.Dispose();
        _source?.Dispose();
    }

    private static TimeSpan DueTime(long seconds, DateTimeOffset from, TimeProvider clock)
    {
        // A .NET timer accepts at most 49 days, so limit the timeout to 46 days. No task in a local stack runs that
        // long.
        var left = TimeSpan.FromSeconds(Math.Min(seconds, 4_000_000)) - (clock.GetUtcNow() - from);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Expire(bool isHeartbeat)
    {
        if (Interlocked.Exchange(ref _expired, 1) != 0)
            return;
        IsHeartbeat = isHeartbeat;
        try
        {
            _source!.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The task ended at the same time and disposed of the timers.
        }
    }
}
