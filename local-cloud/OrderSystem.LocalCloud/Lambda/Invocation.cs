namespace OrderSystem.LocalCloud.Lambda;

/// <summary>One invocation on its way from the caller to a process and back.</summary>
internal sealed class Invocation(ReadOnlyMemory<byte> payload, string traceHeader, string? clientContext)
{
    private readonly TaskCompletionSource<InvocationResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<Action> _whenFinished = [];
    private bool _finished;
    private ITimer? _timer;

    public string RequestId { get; } = Guid.NewGuid().ToString();

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public string TraceHeader { get; } = traceHeader;

    public string? ClientContext { get; } = clientContext;

    /// <summary>When the function must have answered; set as a process takes the invocation.</summary>
    public DateTimeOffset Deadline { get; set; }

    public Task<InvocationResult> Completion => _completion.Task;

    /// <summary>Runs an action as the invocation gets its outcome, before its caller learns of it; at once if it has one.</summary>
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

    /// <summary>Sets the timer that ends the invocation when nobody else does, in place of the one set before.</summary>
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
