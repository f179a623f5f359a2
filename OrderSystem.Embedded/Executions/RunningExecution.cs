using OrderSystem.StatesLanguage.History;

namespace OrderSystem.Embedded.Executions;

/// <summary>Tracks the progress of an execution that this process runs.</summary>
internal sealed class RunningExecution(TimeProvider time)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private long _latestAt = time.GetTimestamp();
    private bool _isRetrying;
    private int _openWaits;
    private volatile bool _isRefused;

    /// <summary>Completes when this process no longer runs the execution.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Whether the execution can't continue because its history can't be written.</summary>
    public bool IsRefused
    {
        get => _isRefused;
        set => _isRefused = value;
    }

    /// <summary>Resets the progress to the state that a recorded history describes.</summary>
    public void Begin(IReadOnlyList<HistoryEvent> recorded)
    {
        lock (_gate)
            (_openWaits, _isRetrying) = (0, false);
        foreach (var historyEvent in recorded)
            Happened(historyEvent);
    }

    /// <summary>Updates the progress with a new history event.</summary>
    public void Happened(HistoryEvent historyEvent)
    {
        lock (_gate)
        {
            _latestAt = time.GetTimestamp();
            _isRetrying = IsFailure(historyEvent.Type);
            _openWaits += historyEvent.Type switch
            {
                HistoryEventType.WaitStateEntered => 1,
                HistoryEventType.WaitStateExited or HistoryEventType.WaitStateAborted => -1,
                _ => 0,
            };
        }
    }

    /// <summary>
    /// Whether nothing has happened for longer than <paramref name="limit"/>, although no Wait state or retry delay is
    /// pending.
    /// </summary>
    public bool IsStuck(TimeSpan limit)
    {
        lock (_gate)
            return _openWaits <= 0 && !_isRetrying && time.GetElapsedTime(_latestAt) > limit;
    }

    /// <summary>Completes <see cref="Ended"/>.</summary>
    public void End() => _ended.TrySetResult();

    // After a failed attempt, the definition may delay the retry, so the execution does not count as stuck until its next
    // event.
    private static bool IsFailure(HistoryEventType type) => type is
        HistoryEventType.LambdaFunctionFailed or HistoryEventType.LambdaFunctionTimedOut or HistoryEventType.LambdaFunctionStartFailed or HistoryEventType.LambdaFunctionScheduleFailed
        or HistoryEventType.TaskFailed or HistoryEventType.TaskTimedOut or HistoryEventType.TaskStartFailed or HistoryEventType.TaskSubmitFailed
        or HistoryEventType.ParallelStateFailed or HistoryEventType.MapStateFailed or HistoryEventType.EvaluationFailed;
}
