using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>
/// An execution, with its input, history and outcome. After an execution is created, only its history, its outcome and its
/// redrive data change.
/// </summary>
internal sealed class ExecutionRecord
{
    private const int EventSize = 160;

    private readonly List<HistoryEvent> _history = [];

    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required StateMachineResource StateMachine { get; init; }

    public required StateMachineRevision Revision { get; set; }

    /// <summary>The ARN of the version that was started, directly or through an alias; null if no version was started.</summary>
    public string? VersionArn { get; init; }

    public string? AliasArn { get; init; }

    /// <summary>The input text, as the client sent it.</summary>
    public required string InputText { get; init; }

    public required StatesValue Input { get; init; }

    public required DateTimeOffset StartDate { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>
    /// The trace header in the body of the start request, which <c>DescribeExecution</c> returns; null if there was none.
    /// </summary>
    public string? GivenTraceHeader { get; init; }

    /// <summary>
    /// The test case in the mock configuration that the execution uses. The start request appends the test case's name to the
    /// state machine's ARN, after a <c>#</c>. Null if it does not.
    /// </summary>
    public string? MockTestCase { get; init; }

    /// <summary>The ARN of the map run that started this child execution; null for other executions.</summary>
    public string? MapRunArn { get; init; }

    public int MapItemIndex { get; init; } = -1;

    /// <summary>The number of the map run's items that the input contains.</summary>
    public int ItemCount { get; init; }

    /// <summary>
    /// The number of the map run's redrive that last started this execution, counted from 1; 0 if no redrive has started this
    /// execution.
    /// </summary>
    public int MapRunRedrive { get; set; }

    public DateTimeOffset? StopDate { get; private set; }

    public int RedriveCount { get; private set; }

    public DateTimeOffset? RedriveDate { get; private set; }

    /// <summary>
    /// The client tokens of the latest redrives; null if there were none. The tokens are not stored, so they are lost
    /// when the host stops.
    /// </summary>
    public RedriveTokens? RedriveTokens { get; set; }

    public ExecutionResult Result { get; private set; } = new(ExecutionStatus.Running, null, null, null);

    /// <summary>The number that orders executions in memory by when they were added.</summary>
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

    /// <summary>The execution's node in the list of executions of its state machine or map run.</summary>
    public LinkedListNode<ExecutionRecord>? Listing { get; set; }

    /// <summary>The interpreter that runs the execution; null if the execution is not running in this process.</summary>
    public Execution? Running { get; set; }

    /// <summary>The task source that completes when the execution has ended.</summary>
    public TaskCompletionSource<ExecutionResult> Ended { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRunning => Result.Status == ExecutionStatus.Running;

    /// <summary>
    /// Whether the execution can still be described after its end; false for an EXPRESS execution that is not a child of
    /// a map run.
    /// </summary>
    public bool IsKept => MapRunArn is not null || !StateMachine.IsExpress;

    /// <summary>Returns a copy of the events recorded so far.</summary>
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

    /// <summary>Sets the outcome and the redrive data that were read from disk.</summary>
    public void Restore(ExecutionResult result, DateTimeOffset? stopDate, int redriveCount, DateTimeOffset? redriveDate)
    {
        (StopDate, RedriveCount, RedriveDate) = (stopDate, redriveCount, redriveDate);
        Result = result;
        if (!IsRunning)
            Ended.TrySetResult(result);
    }

    /// <summary>Closes the execution if its history ends with a terminal event; returns false if it does not.</summary>
    public bool EndAsRecorded()
    {
        if (History() is not [.., var last] || ExecutionResult.Of(last) is not { } result)
            return false;
        End(result, last.Timestamp);
        return true;
    }

    /// <summary>Marks the execution as running again for a redrive; returns false if the execution is already running.</summary>
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
