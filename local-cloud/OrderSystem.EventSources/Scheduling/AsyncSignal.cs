namespace OrderSystem.EventSources.Scheduling;

/// <summary>
/// Wakes tasks that wait for a change. To avoid missing a change, read <see cref="Next"/> first, then check the
/// condition, then wait for the task that <c>Next</c> returned. Waiters never continue synchronously within
/// <see cref="Set"/>.
/// </summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource _next = new();

    /// <summary>A task that completes at the next call of <see cref="Set"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, new TaskCompletionSource()).TrySetResult();

    /// <summary>Waits for a signal.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task WaitAsync(Task signal, CancellationToken cancellationToken)
    {
        await signal.WaitAsync(cancellationToken);
        await Task.Yield();
    }

    /// <summary>Waits for a signal, but at most for a given time.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task WaitAsync(Task signal, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        // Do not use Task.Delay: after a cancellation, the waiter would continue on a pool thread instead of the
        // simulation's thread.
        var over = new TaskCompletionSource();
        await using var timer = time.CreateTimer(_ => over.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.Register(() => over.TrySetResult());
        await Task.WhenAny(signal, over.Task);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
