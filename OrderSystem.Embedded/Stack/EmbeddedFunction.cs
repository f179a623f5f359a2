namespace OrderSystem.Embedded.Stack;

/// <summary>A function of the template, with its timeout and its reserved concurrency.</summary>
internal sealed class EmbeddedFunction(string name, string arn, string handler, TimeSpan timeout, int? concurrency) : IDisposable
{
    private readonly SemaphoreSlim? _slots = concurrency is { } slots ? new SemaphoreSlim(slots) : null;

    public string Name => name;

    public string Arn => arn;

    /// <summary>The timeout of one invocation.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>The function's <c>Handler</c> in the template.</summary>
    public string Handler => handler;

    /// <summary>
    /// Runs code within the function's timeout and reserved concurrency. Unlike in AWS, a call above the reserved
    /// concurrency waits instead of being throttled. After the timeout, this method does not wait for code that ignores
    /// cancellation.
    /// </summary>
    /// <exception cref="TimeoutException">The code took longer than the function's timeout.</exception>
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
