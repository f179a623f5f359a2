namespace OrderSystem.LocalCloud.Lambda;

/// <summary>One invocation of a function, from the caller's request to the response of the process that runs it.</summary>
internal sealed class PendingInvocation(InvocationRequest request, string traceHeader)
{
    private readonly TaskCompletionSource<InvocationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<Action> _whenFinished = [];
    private bool _finished;
    private ITimer? _timer;

    public string RequestId => request.RequestId;

    public ReadOnlyMemory<byte> Payload => request.Payload;

    public string TraceHeader { get; } = traceHeader;

    public string? ClientContext => request.ClientContext;

    /// <summary>The version or alias that was invoked; null for <c>$LATEST</c>.</summary>
    public string? Qualifier { get; init; }

    /// <summary>The deadline for the function's response; set when a process takes the invocation.</summary>
    public DateTimeOffset Deadline { get; set; }

    public Task<InvocationResult> Completion => _completion.Task;

    /// <summary>
    /// Runs an action when the invocation finishes, before its caller receives the result. If the invocation has already
    /// finished, the action runs at once.
    /// </summary>
    public void WhenFinished(Action action)
    {
        lock (_gate)
        {
            if (!_finished)
            {
                _whenFinished.Add(action);
                return;
            }
        }

        action();
    }

    /// <summary>Sets or replaces the timer that fails the invocation if it does not finish in time.</summary>
    public void Arm(ITimer timer)
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = timer;
            if (_finished)
                timer.Dispose();
        }
    }

    public bool TryComplete(InvocationResult result) => TryFinish() && _completion.TrySetResult(result);

    public bool TryFail(Exception error) => TryFinish() && _completion.TrySetException(error);

    private bool TryFinish()
    {
        lock (_gate)
        {
            if (_finished)
                return false;
            _finished = true;
            _timer?.Dispose();
        }

        foreach (var action in _whenFinished)
            action();
        return true;
    }
}
