using System.Collections.Concurrent;

namespace OrderSystem.Benchmarks.Peers;

/// <summary>Lets the code that placed an order wait for the order's final status.</summary>
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

    /// <summary>Waits until an order has ended; throws if its final status is not Completed.</summary>
    public static async Task CompletedAsync(string orderId, Task<string> end, CancellationToken cancellationToken)
    {
        if (await end.WaitAsync(cancellationToken) is not "Completed" and var status)
            throw new InvalidOperationException($"Order {orderId} ended with status {status} instead of Completed.");
    }
}
