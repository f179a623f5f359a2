namespace OrderSystem.Embedded.Stack;

/// <summary>A function as the template declares it: how long and how often at once it may run.</summary>
internal sealed class EmbeddedFunction(string name, string arn, string handler, TimeSpan timeout, int? concurrency) : IDisposable
{
    private readonly SemaphoreSlim? _slots = concurrency is { } slots ? new SemaphoreSlim(slots) : null;

    public string Name => name;

    public string Arn => arn;

    /// <summary>How long one run may take.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>Names the code.</summary>
    public string Handler => handler;

    /// <summary>
    /// Runs the code under the function's limits. Where AWS would throttle, a call waits for its turn: who calls is in
    /// this process. Code that is out of time and heeds no cancellation is waited for no longer.
    /// </summary>
    /// <exception cref="TimeoutException">It took longer than the function may.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> code, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_slots is not null)
            await _slots.WaitAsync(cancellationToken);
        try
        {
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = cancellationToken.UnsafeRegister(static limit => ((CancellationTokenSource)limit!).Cancel(), limit);
            try
            {
                return await code(limit.Token).WaitAsync(limit.Token);
            }
            catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"Task timed out after {timeout.TotalSeconds:0.00} seconds", e);
            }
        }
        finally
        {
            _slots?.Release();
        }
    }

    public void Dispose() => _slots?.Dispose();
}
