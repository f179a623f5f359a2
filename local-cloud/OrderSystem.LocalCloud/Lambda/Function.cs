using System.Collections.Concurrent;
using System.Threading.Channels;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// A function between its callers and the processes that serve it: admits up to its concurrency, holds an invocation until a
/// process takes it, and answers for a process that is late or gone.
/// </summary>
internal sealed class Function(FunctionConfiguration configuration, string arn, Uri runtimeEndpoint, TimeProvider time, ILogger logger)
{
    private readonly Channel<Invocation> _pending = Channel.CreateBounded<Invocation>(2 * FunctionConfiguration.AccountConcurrency);
    private readonly ConcurrentDictionary<string, Invocation> _running = new(StringComparer.Ordinal);
    private int _admitted;
    private int _waitingRuntimes;
    private long _unservedSince;
    private int _timedOutInARow;
    private long _lastSeen = time.GetTimestamp();

    public string Arn { get; } = arn;

    public FunctionConfiguration Configuration { get; private set; } = configuration;

    /// <summary>Whether a process waits for work or runs some.</summary>
    public bool IsServed => Volatile.Read(ref _waitingRuntimes) > 0 || !_running.IsEmpty;

    /// <summary>How long invocations have waited with no process to be seen; null where one was since.</summary>
    public TimeSpan? UnservedFor => Interlocked.Read(ref _unservedSince) is var since and not 0 ? time.GetElapsedTime(since) : null;

    /// <summary>How many invocations ended in a time-out since a process answered last.</summary>
    public int TimedOutInARow => Volatile.Read(ref _timedOutInARow);

    /// <summary>Whether invocations wait or run.</summary>
    public bool IsInvoked => Volatile.Read(ref _admitted) > 0;

    public void Update(FunctionConfiguration configuration) => Configuration = configuration;

    /// <inheritdoc cref="IFunctionInvoker.InvokeAsync"/>
    public async Task<InvocationResult> InvokeAsync(Invocation invocation, CancellationToken cancellationToken)
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

    /// <summary>Waits for an invocation to run; the Runtime API's <c>next</c>.</summary>
    public async Task<Invocation> NextAsync(CancellationToken cancellationToken)
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

    /// <summary>Takes back an invocation that never reached the process that asked for it.</summary>
    public void Return(Invocation invocation)
    {
        if (!_running.TryRemove(invocation.RequestId, out _))
            return;
        invocation.Arm(HoldUntilTaken(invocation));
        if (!_pending.Writer.TryWrite(invocation))
            invocation.TryComplete(FunctionError.Exited(invocation.RequestId));
    }

    /// <summary>Takes a process's answer; false where no such invocation runs (any more).</summary>
    public bool TryComplete(string requestId, ReadOnlyMemory<byte> payload, string? functionError)
    {
        Seen();
        Volatile.Write(ref _timedOutInARow, 0);
        return _running.TryRemove(requestId, out var invocation) && invocation.TryComplete(new InvocationResult(payload, functionError));
    }

    /// <summary>Answers for a process that closed its connection in the middle of an invocation.</summary>
    public void Exited(Invocation invocation)
    {
        if (!_running.TryRemove(invocation.RequestId, out _) || !invocation.TryComplete(FunctionError.Exited(invocation.RequestId)))
            return;
        logger.RuntimeExited(Configuration.Name, invocation.RequestId);
    }

    /// <summary>A process could not start: what waits for one fails with its error, as each would in a sandbox of its own.</summary>
    public void InitializationFailed(ReadOnlyMemory<byte> error)
    {
        while (_pending.Reader.TryRead(out var invocation))
            invocation.TryComplete(new InvocationResult(error, FunctionError.Unhandled));
    }

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

    private void Start(Invocation invocation)
    {
        var timeout = Configuration.Timeout;
        invocation.Deadline = time.GetUtcNow() + timeout;
        _running[invocation.RequestId] = invocation;
        invocation.Arm(time.CreateTimer(_ => TimeOut(invocation, timeout), null, timeout, Timeout.InfiniteTimeSpan));
    }

    private void TimeOut(Invocation invocation, TimeSpan timeout)
    {
        _running.TryRemove(invocation.RequestId, out _);
        if (!invocation.TryComplete(FunctionError.TimedOut(invocation.RequestId, timeout)))
            return;
        Interlocked.Increment(ref _timedOutInARow);
        logger.InvocationTimedOut(Configuration.Name, invocation.RequestId, timeout);
    }

    // The wait for a process ends when none has been seen for as long as the function may run: a function that is merely busy
    // keeps its callers waiting, as AWS would start another sandbox for them.
    private ITimer HoldUntilTaken(Invocation invocation)
    {
        var timeout = Configuration.Timeout;
        var enqueued = time.GetTimestamp();
        return time.CreateTimer(_ =>
        {
            if (_running.ContainsKey(invocation.RequestId) || IsServed)
                return;
            var since = Math.Max(enqueued, Interlocked.Read(ref _lastSeen));
            // Not at once: between an answer and the next request for work a process is not to be seen either.
            if (Interlocked.CompareExchange(ref _unservedSince, since, 0) == 0)
                logger.NoRuntime(Configuration.Name, timeout, runtimeEndpoint.Authority, Configuration.Handler);
            if (time.GetElapsedTime(since) >= timeout)
                invocation.TryFail(new AwsServiceException("ServiceException",
                    $"No process serves function {Configuration.Name}. Start one with AWS_LAMBDA_RUNTIME_API={runtimeEndpoint.Authority}.", 500));
        }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    private void Abandon(Invocation invocation)
    {
        if (!_running.ContainsKey(invocation.RequestId))
            invocation.TryFail(new OperationCanceledException());
    }

    private void Seen() => Interlocked.Exchange(ref _lastSeen, time.GetTimestamp());
}
