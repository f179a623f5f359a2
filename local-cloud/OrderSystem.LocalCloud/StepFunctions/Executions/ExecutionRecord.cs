using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>An execution as the service knows it. What it is made of never changes but for its history and its end.</summary>
internal sealed class ExecutionRecord
{
    private const int EventSize = 160;

    private readonly List<HistoryEvent> _history = [];

    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required StateMachineResource StateMachine { get; init; }

    public required StateMachineRevision Revision { get; set; }

    /// <summary>The version that was started, directly or through an alias.</summary>
    public string? VersionArn { get; init; }

    public string? AliasArn { get; init; }

    /// <summary>The input as it was sent.</summary>
    public required string InputText { get; init; }

    public required JsonValue Input { get; init; }

    public required DateTimeOffset StartDate { get; init; }

    public string? TraceHeader { get; init; }

    /// <summary>The trace header in the request itself, which descriptions show.</summary>
    public string? GivenTraceHeader { get; init; }

    /// <summary>The test case of the mock configuration, named behind the <c>#</c> of the state machine's ARN.</summary>
    public string? MockTestCase { get; init; }

    /// <summary>The map run that this is a child of, and the item's index.</summary>
    public string? MapRunArn { get; init; }

    public int MapItemIndex { get; init; } = -1;

    /// <summary>How many items of the map run its input holds.</summary>
    public int ItemCount { get; init; }

    /// <summary>The redrive of its map run that it was started in last, or 0.</summary>
    public int MapRunRedrive { get; set; }

    public DateTimeOffset? StopDate { get; private set; }

    public int RedriveCount { get; private set; }

    public DateTimeOffset? RedriveDate { get; private set; }

    public ExecutionResult Result { get; private set; } = new(ExecutionStatus.Running, null, null, null);

    /// <summary>Its place in time among those in memory.</summary>
    public long Sequence { get; set; }

    /// <summary>About how much memory it takes, in bytes.</summary>
    public int Size
    {
        get
        {
            lock (_history)
                return (2 * InputText.Length) + _history.Sum(historyEvent => EventSize + (historyEvent.Details?.PayloadSize ?? 0));
        }
    }

    /// <summary>Its place among the executions of its state machine.</summary>
    public LinkedListNode<ExecutionRecord>? Listing { get; set; }

    /// <summary>The running interpreter; null once the execution has ended.</summary>
    public Execution? Running { get; set; }

    /// <summary>Completed when the execution has ended.</summary>
    public TaskCompletionSource<ExecutionResult> Ended { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsRunning => Result.Status == ExecutionStatus.Running;

    /// <summary>Whether it can be described later: EXPRESS executions only as children of a map run.</summary>
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

    /// <summary>Takes over what was kept.</summary>
    public void Restore(ExecutionResult result, DateTimeOffset? stopDate, int redriveCount, DateTimeOffset? redriveDate)
    {
        (StopDate, RedriveCount, RedriveDate) = (stopDate, redriveCount, redriveDate);
        Result = result;
        if (!IsRunning)
            Ended.TrySetResult(result);
    }

    /// <summary>Ends it as its history does, if that has an end.</summary>
    public bool EndAsRecorded()
    {
        if (History() is not [.., var last] || ExecutionResult.Of(last) is not { } result)
            return false;
        End(result, last.Timestamp);
        return true;
    }

    /// <summary>Makes it run again, unless it does.</summary>
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
