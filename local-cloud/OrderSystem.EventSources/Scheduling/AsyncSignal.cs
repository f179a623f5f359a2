namespace OrderSystem.EventSources.Scheduling;

/// <summary>
/// Wakes whoever waits for a change. To miss none: take <see cref="Next"/>, look at what may have changed, then wait for what
/// was taken. A waiter goes on by itself, never on the stack of the one who wakes it.
/// </summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource _next = new();

    /// <summary>Completes at the next <see cref="Set"/>.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, new TaskCompletionSource()).TrySetResult();

    /// <summary>Waits for a signal.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task WaitAsync(Task signal, CancellationToken cancellationToken)
    {
        await signal.WaitAsync(cancellationToken);
        await Task.Yield();
    }

    /// <summary>Waits for a signal, but no longer than so.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task WaitAsync(Task signal, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        // Not Task.Delay: cancelled, it would wake WhenAny on a thread of the pool, and a simulated run must stay on its own.
        var over = new TaskCompletionSource();
        await using var timer = time.CreateTimer(_ => over.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.Register(() => over.TrySetResult());
        await Task.WhenAny(signal, over.Task);
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
