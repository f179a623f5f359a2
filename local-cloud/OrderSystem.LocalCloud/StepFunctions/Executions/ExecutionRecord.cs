using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>An execution of the service. After its creation, only its history and its outcome change.</summary>
internal sealed class ExecutionRecord
{
    private const int EventSize = 160;

    private readonly List<HistoryEvent> _history = [];

    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required StateMachineResource StateMachine { get; init; }

    public required StateMachineRevision Revision { get; set; }

    /// <summary>The ARN of the version that was started, directly or through an alias.</summary>
    public string? VersionArn { get; init; }

    public string? AliasArn { get; init; }

    /// <summary>The input as the client sent it.</summary>
    public required string InputText { get; init; }

    public required JsonValue Input { get; init; }

    public required DateTimeOffset StartDate { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The trace header in the request itself, which descriptions return.</summary>
    public string? GivenTraceHeader { get; init; }

    /// <summary>The test case of the mock configuration, which follows a <c>#</c> in the state machine's ARN.</summary>
    public string? MockTestCase { get; init; }

    /// <summary>The ARN of the map run that started this child execution; null for other executions.</summary>
    public string? MapRunArn { get; init; }

    public int MapItemIndex { get; init; } = -1;

    /// <summary>The number of the map run's items in the input.</summary>
    public int ItemCount { get; init; }

    /// <summary>The number of the map run's redrive that last started this execution, or 0.</summary>
    public int MapRunRedrive { get; set; }

    public DateTimeOffset? StopDate { get; private set; }

    public int RedriveCount { get; private set; }

    public DateTimeOffset? RedriveDate { get; private set; }

    /// <summary>The client tokens of the latest redrives; null if there were none. They are lost when the host stops.</summary>
    public RedriveTokens? RedriveTokens { get; set; }

    public ExecutionResult Result { get; private set; } = new(ExecutionStatus.Running, null, null, null);

    /// <summary>The order of insertion among the executions in memory.</summary>
    public long Sequence { get; set; }

    /// <summary>The approximate memory that the execution uses, in bytes.</summary>
    public int Size
    {
        get
        {
            lock (_history)
                return (2 * InputText.Length) + _history.Sum(historyEvent => EventSize + (historyEvent.Details?.PayloadSize ?? 0));
        }
    }

    /// <summary>The execution's node in the list of its state machine or map run.</summary>
    public LinkedListNode<ExecutionRecord>? Listing { get; set; }

    /// <summary>The running interpreter; null when the execution does not run.</summary>
    public Execution? Running { get; set; }

    /// <summary>Completed when the execution has ended.</summary>
    public TaskCompletionSource<ExecutionResult> Ended { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRunning => Result.Status == ExecutionStatus.Running;

    /// <summary>Whether the execution can be described after its end. An EXPRESS execution can only as a child of a map run.</summary>
    public bool IsKept => MapRunArn is not null || !StateMachine.IsExpress;

    /// <summary>A copy of the history so far.</summary>
    public HistoryEvent[] History()
    {
        lock (_history)
            return [.. _history];
    }

    public void Append(HistoryEvent historyEvent)
    {
        lock (_history)
            _history.Add(historyEvent);
    }

    public void End(ExecutionResult result, DateTimeOffset stopDate)
    {
        StopDate = stopDate;
        Result = result;
        Running = null;
        Ended.TrySetResult(result);
    }

    /// <summary>Sets the state that was read from disk.</summary>
    public void Restore(ExecutionResult result, DateTimeOffset? stopDate, int redriveCount, DateTimeOffset? redriveDate)
    {
        (StopDate, RedriveCount, RedriveDate) = (stopDate, redriveCount, redriveDate);
        Result = result;
        if (!IsRunning)
            Ended.TrySetResult(result);
    }

    /// <summary>Closes the execution if its history has a terminal event; false if it has none.</summary>
    public bool EndAsRecorded()
    {
        if (History() is not [.., var last] || ExecutionResult.Of(last) is not { } result)
            return false;
        End(result, last.Timestamp);
        return true;
    }

    /// <summary>Sets the execution to running again, for a redrive; false if it is running.</summary>
    public bool TryRedrive(DateTimeOffset redriveDate, int mapRunRedrive)
    {
        lock (_history)
        {
            if (IsRunning)
                return false;
            RedriveCount++;
            MapRunRedrive = mapRunRedrive;
            RedriveDate = redriveDate;
            StopDate = null;
            Ended = new TaskCompletionSource<ExecutionResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            Result = new ExecutionResult(ExecutionStatus.Running, null, null, null);
            return true;
        }
    }
}
