using System.Collections.Concurrent;

namespace OrderSystem.Benchmarks.Peers;

/// <summary>Notifies the callers that placed orders how their orders ended.</summary>
internal sealed class OrderEnds
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _waiting = new(StringComparer.Ordinal);

    public Task<string> Watch(string orderId) =>
        (_waiting[orderId] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Tell(string orderId, string status)
    {
        if (_waiting.TryRemove(orderId, out var end))
            end.TrySetResult(status);
    }

    /// <summary>Waits for the end of an order, and throws unless it completed.</summary>
    public static async Task CompletedAsync(string orderId, Task<string> end, CancellationToken cancellationToken)
    {
        if (await end.WaitAsync(cancellationToken) is not "Completed" and var status)
            throw new InvalidOperationException($"Order {orderId} ended {status}.");
    }
}
