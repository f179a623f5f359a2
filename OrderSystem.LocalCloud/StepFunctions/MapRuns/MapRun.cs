using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>A run of a distributed Map state.</summary>
internal sealed class MapRun(string arn, MapRunRequest request, DateTimeOffset startDate)
{
    private readonly ExecutionStatus[] _children = new ExecutionStatus[request.ItemCount];
    private int _started;

    public string Arn => arn;

    public string ExecutionArn => request.ExecutionArn;

    /// <summary>The ARN of the state machine that the child executions seem to be of.</summary>
    public required string ChildStateMachineArn { get; init; }

    public DateTimeOffset StartDate => startDate;

    public DateTimeOffset? StopDate { get; private set; }

    public ExecutionStatus Status { get; private set; } = ExecutionStatus.Running;

    public long MaxConcurrency { get; set; } = request.MaxConcurrency;

    public long ToleratedFailureCount { get; set; } = request.ToleratedFailureCount;

    public double ToleratedFailurePercentage { get; set; } = request.ToleratedFailurePercentage;

    public int Total => request.ItemCount;

    /// <summary>Child executions that have not started.</summary>
    public int Pending => Total - Volatile.Read(ref _started);

    public int Running => Volatile.Read(ref _started) - _children.Count(status => status != ExecutionStatus.Running);

    public int Count(ExecutionStatus status) => _children.Count(child => child == status);

    public void ChildStarted() => Interlocked.Increment(ref _started);

    public void ChildEnded(int index, ExecutionStatus status) => _children[index] = status;

    public void End(ExecutionStatus status, DateTimeOffset now) => (Status, StopDate) = (status, now);
}
