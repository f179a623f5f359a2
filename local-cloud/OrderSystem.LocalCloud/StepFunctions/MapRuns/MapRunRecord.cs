using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>The state of a map run and of its child executions.</summary>
internal sealed class MapRunRecord
{
    private readonly Lock _lock = new();
    private IReadOnlyList<MapRunChild> _children = [];
    private ChildState[] _states = [];
    private MapRunResult?[] _results = [];
    private (MapRunCounts Items, MapRunCounts Executions)? _final;

    public required string Arn { get; init; }

    public required string ExecutionArn { get; init; }

    /// <summary>The state machine ARN that descriptions of the child executions return.</summary>
    public required string ChildStateMachineArn { get; init; }

    public required DateTimeOffset StartDate { get; init; }

    public DateTimeOffset? StopDate { get; private set; }

    public ExecutionStatus Status { get; private set; } = ExecutionStatus.Running;

    public required MapRunLimits Limits { get; set; }

    public int RedriveCount { get; private set; }

    public DateTimeOffset? RedriveDate { get; private set; }

    /// <summary>The number of results that a ResultWriter has written.</summary>
    public int ResultsWritten { get; set; }

    /// <summary>The items that an ItemReader has read; null if no ItemReader has read items.</summary>
    public IReadOnlyList<MapItem>? Items { get; set; }

    /// <summary>The callback for changes to the map run's limits.</summary>
    public Action? LimitsChanged { get; set; }

    public IReadOnlyList<MapRunChild> Children => _children;

    /// <summary>The results of the child executions, by index; null for a child execution that has not ended.</summary>
    public IReadOnlyList<MapRunResult?> Results => _results;

    /// <summary>The number of items in each state, and the number of child executions in each state.</summary>
    public (MapRunCounts Items, MapRunCounts Executions) Counts
    {
        get
        {
            lock (_lock)
                return _final ?? (Count(child => child.ItemCount), Count(_ => 1));
        }
    }

    public void Plan(IReadOnlyList<MapRunChild> children)
    {
        lock (_lock)
        {
            _children = children;
            _final = null;
            if (_states.Length == children.Count)
                return;
            _states = new ChildState[children.Count];
            _results = new MapRunResult?[children.Count];
        }
    }

    public void ChildStarted(int index)
    {
        lock (_lock)
            _states[index] = ChildState.Running;
    }

    public void ChildEnded(int index, MapRunResult result)
    {
        lock (_lock)
        {
            _results[index] = result;
            _states[index] = result.Result.Status switch
            {
                ExecutionStatus.Succeeded => ChildState.Succeeded,
                ExecutionStatus.Failed => ChildState.Failed,
                ExecutionStatus.TimedOut => ChildState.TimedOut,
                _ => ChildState.Aborted,
            };
        }
    }

    public void Redrive(int redriveCount, DateTimeOffset now)
    {
        lock (_lock)
        {
            (RedriveCount, RedriveDate, Status, StopDate, _final) = (redriveCount, now, ExecutionStatus.Running, null, null);
            for (var i = 0; i < _states.Length; i++)
            {
                if (_states[i] is ChildState.Failed or ChildState.TimedOut or ChildState.Aborted)
                    _states[i] = ChildState.PendingRedrive;
            }
        }
    }

    /// <summary>Ends the map run, unless it has already ended.</summary>
    public void TryEnd(ExecutionStatus status, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (Status != ExecutionStatus.Running)
                return;
            (Status, StopDate) = (status, now);
            for (var i = 0; i < _states.Length; i++)
            {
                if (_states[i] == ChildState.PendingRedrive)
                    _states[i] = ChildState.Pending;
            }
        }
    }

    /// <summary>
    /// Releases the data of the child executions and keeps only their counts. The stored child executions contain the same
    /// data.
    /// </summary>
    public void Forget()
    {
        lock (_lock)
        {
            if (_final is not null)
                return;
            _final = (Count(child => child.ItemCount), Count(_ => 1));
            (_children, _states, _results) = ([], [], []);
        }
    }

    /// <summary>Sets the status and the counts that were read from disk.</summary>
    public void Restore(ExecutionStatus status, DateTimeOffset? stopDate, int redriveCount, DateTimeOffset? redriveDate, (MapRunCounts Items, MapRunCounts Executions) counts) =>
        (Status, StopDate, RedriveCount, RedriveDate, _final) = (status, stopDate, redriveCount, redriveDate, counts);

    private MapRunCounts Count(Func<MapRunChild, int> weight)
    {
        var counts = new int[Enum.GetValues<ChildState>().Length];
        for (var i = 0; i < _states.Length; i++)
            counts[(int)_states[i]] += weight(_children[i]);
        return new MapRunCounts(
            counts[(int)ChildState.Pending],
            counts[(int)ChildState.Running],
            counts[(int)ChildState.Succeeded],
            counts[(int)ChildState.Failed],
            counts[(int)ChildState.TimedOut],
            counts[(int)ChildState.Aborted],
            counts[(int)ChildState.PendingRedrive]);
    }

    private enum ChildState : byte
    {
        Pending,
        Running,
        Succeeded,
        Failed,
        TimedOut,
        Aborted,
        PendingRedrive,
    }
}

/// <summary>How many of a map run's items or child executions are in each state.</summary>
internal readonly record struct MapRunCounts(int Pending, int Running, int Succeeded, int Failed, int TimedOut, int Aborted, int PendingRedrive)
{
    public int Total => Pending + Running + Succeeded + Failed + TimedOut + Aborted + PendingRedrive;
}

/// <summary>The result of a child execution that has ended, with the fields that a ResultWriter writes.</summary>
internal sealed record MapRunResult(string ExecutionArn, string Name, string StateMachineArn, StatesValue Input, ExecutionResult Result,
    DateTimeOffset StartDate, DateTimeOffset StopDate, int RedriveCount)
{
    public static MapRunResult Of(ExecutionRecord child) =>
        new(child.Arn, child.Name, child.StateMachine.Arn, child.Input, child.Result, child.StartDate, child.StopDate ?? child.StartDate, child.RedriveCount);
}
