using System.Collections.Concurrent;
using System.Threading.Channels;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// A Lambda function, which passes invocations from its callers to the processes that serve it. The function admits invocations
/// up to its concurrency limit, holds each invocation until a process takes it, and fails an invocation whose process times out
/// or exits.
/// </summary>
internal sealed class RegisteredFunction(FunctionConfiguration configuration, string arn, Uri runtimeEndpoint, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// How long AWS lets a sandbox initialize; see "Understanding the Lambda execution environment lifecycle". The function's
    /// timeout does not include this time.
    /// </summary>
    private static readonly TimeSpan InitializationLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<PendingInvocation> _pending = Channel.CreateBounded<PendingInvocation>(2 * FunctionConfiguration.AccountConcurrency);
    private readonly ConcurrentDictionary<string, PendingInvocation> _running = new(StringComparer.Ordinal);
    private int _admitted;
    private int _waitingRuntimes;
    private long _unservedSince;
    private int _timedOutInARow;
    private long _lastSeen = time.GetTimestamp();

    public string Arn { get; } = arn;

    public FunctionVersions Versions { get; } = new();

    public FunctionConfiguration Configuration { get; private set; } = configuration;

    /// <summary>Whether a process is waiting for an invocation or running one.</summary>
    public bool IsServed => Volatile.Read(ref _waitingRuntimes) > 0 || !_running.IsEmpty;

    /// <summary>
    /// How long the function has had no process to serve it; null if a process serves the function, or if no invocation has had
    /// to wait for a process.
    /// </summary>
    public TimeSpan? UnservedFor => Interlocked.Read(ref _unservedSince) is var since and not 0 ? time.GetElapsedTime(since) : null;

    /// <summary>The number of invocations that have timed out since a process last responded.</summary>
    public int TimedOutInARow => Volatile.Read(ref _timedOutInARow);

    /// <summary>Whether any invocation is waiting or running.</summary>
    public bool IsInvoked => Volatile.Read(ref _admitted) > 0;

    public void Update(FunctionConfiguration configuration) => Configuration = configuration;

    /// <inheritdoc cref="IFunctionInvoker.InvokeAsync"/>
    public async Task<InvocationResult> InvokeAsync(PendingInvocation invocation, CancellationToken cancellationToken)
    {
        Admit();
        invocation.WhenFinished(() => Interlocked.Decrement(ref _admitted));
        invocation.Arm(HoldUntilTaken(invocation));
        if (!_pending.Writer.TryWrite(invocation))
        {
            var full = Throttled("ConcurrentInvocationLimitExceeded");
            invocation.TryFail(full);
            throw full;
        }

        await using var abandon = cancellationToken.Register(() => Abandon(invocation));
        return await invocation.Completion.WaitAsync(cancellationToken);
    }

    /// <summary>Waits for an invocation and assigns it to the calling process (<c>next</c> of the Runtime API).</summary>
    public async Task<PendingInvocation> NextAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waitingRuntimes);
        Seen();
        if (Interlocked.Exchange(ref _unservedSince, 0) != 0)
            logger.RuntimeArrived(Configuration.Name);
        try
        {
            while (true)
            {
                var invocation = await _pending.Reader.ReadAsync(cancellationToken);
                if (invocation.Completion.IsCompleted)
                    continue;
                Start(invocation);
                return invocation;
            }
        }
        finally
        {
            Seen();
            Interlocked.Decrement(ref _waitingRuntimes);
        }
    }

    /// <summary>Requeues an invocation that did not reach the process that requested it.</summary>
    public void Return(PendingInvocation invocation)
    {
        if (!_running.TryRemove(invocation.RequestId, out _))
            return;
        invocation.Arm(HoldUntilTaken(invocation));
        if (!_pending.Writer.TryWrite(invocation))
            invocation.TryComplete(FunctionError.Exited(invocation.RequestId));
    }

    /// <summary>
    /// Completes an invocation with the response of its process; returns false if no such invocation is running.
    /// </summary>
    public bool TryComplete(string requestId, ReadOnlyMemory<byte> payload, string? functionError)
    {
        Seen();
        Volatile.Write(ref _timedOutInARow, 0);
        return _running.TryRemove(requestId, out var invocation) && invocation.TryComplete(new InvocationResult(payload, functionError));
    }

    /// <summary>Fails an invocation whose process closed the connection before it responded.</summary>
    public void Exited(PendingInvocation invocation)
    {
        if (!_running.TryRemove(invocation.RequestId, out _) || !invocation.TryComplete(FunctionError.Exited(invocation.RequestId)))
            return;
        logger.RuntimeExited(Configuration.Name, invocation.RequestId);
    }

    /// <summary>
    /// Fails every waiting invocation with the error of a process that could not initialize. In AWS, each invocation would fail
    /// in the same way in a sandbox of its own.
    /// </summary>
    public void InitializationFailed(ReadOnlyMemory<byte> error)
    {
        while (_pending.Reader.TryRead(out var invocation))
            invocation.TryComplete(new InvocationResult(error, FunctionError.Unhandled));
    }

    // The value of AWS_LAMBDA_RUNTIME_API for a process that serves only this function.
    private string RuntimeApi => $"{runtimeEndpoint.Authority}/{Configuration.Name}";

    private void Admit()
    {
        var limit = Configuration.ReservedConcurrency ?? FunctionConfiguration.AccountConcurrency;
        if (Interlocked.Increment(ref _admitted) <= limit)
            return;
        Interlocked.Decrement(ref _admitted);
        throw Throttled(Configuration.ReservedConcurrency is null
            ? "ConcurrentInvocationLimitExceeded"
            : "ReservedFunctionConcurrentInvocationLimitExceeded");
    }

    private static AwsServiceException Throttled(string reason) =>
        new("TooManyRequestsException", "Rate Exceeded.", 429) { Reason = reason };

    private void Start(PendingInvocation invocation)
    {
        var timeout = Configuration.Timeout;
        invocation.Deadline = time.GetUtcNow() + timeout;
        _running[invocation.RequestId] = invocation;
        invocation.Arm(time.CreateTimer(_ => TimeOut(invocation, timeout), null, timeout, Timeout.InfiniteTimeSpan));
    }

    private void TimeOut(PendingInvocation invocation, TimeSpan timeout)
    {
        _running.TryRemove(invocation.RequestId, out _);
        if (!invocation.TryComplete(FunctionError.TimedOut(invocation.RequestId, timeout)))
            return;
        Interlocked.Increment(ref _timedOutInARow);
        logger.InvocationTimedOut(Configuration.Name, invocation.RequestId, timeout);
    }

    // A waiting invocation fails when no process of the function has contacted the Runtime API for longer than the
    // initialization limit plus the function's timeout. While all processes are busy, the invocation keeps waiting: AWS would
    // start another sandbox for the invocation.
    private ITimer HoldUntilTaken(PendingInvocation invocation)
    {
        var limit = InitializationLimit + Configuration.Timeout;
        var enqueued = time.GetTimestamp();
        return time.CreateTimer(_ =>
        {
            if (_running.ContainsKey(invocation.RequestId) || IsServed)
                return;
            var since = Math.Max(enqueued, Interlocked.Read(ref _lastSeen));
            // The first check comes after a second rather than at once, because a process that has just responded is not
            // visible until its next request.
            if (Interlocked.CompareExchange(ref _unservedSince, since, 0) == 0)
                logger.NoRuntime(Configuration.Name, Configuration.Handler, limit, RuntimeApi);
            if (time.GetElapsedTime(since) >= limit)
                invocation.TryFail(new AwsServiceException("ServiceException",
                    $"No process serves function {Configuration.Name}. Start one with AWS_LAMBDA_RUNTIME_API={RuntimeApi}.", 500));
        }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    private void Abandon(PendingInvocation invocation)
    {
        if (!_running.ContainsKey(invocation.RequestId))
            invocation.TryFail(new OperationCanceledException());
    }

    private void Seen() => Interlocked.Exchange(ref _lastSeen, time.GetTimestamp());
}
