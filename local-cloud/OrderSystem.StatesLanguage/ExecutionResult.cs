using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>The status of an execution.</summary>
public enum ExecutionStatus
{
    /// <summary>The execution has not ended.</summary>
    Running,

    /// <summary>The execution ended with an output.</summary>
    Succeeded,

    /// <summary>The execution ended with an error.</summary>
    Failed,

    /// <summary>The execution exceeded its timeout.</summary>
    TimedOut,

    /// <summary>The execution was stopped.</summary>
    Aborted,
}

/// <summary>Converts execution statuses to and from the names in AWS's API.</summary>
public static class ExecutionStatusNames
{
    /// <summary>Returns the name of a status in AWS's API, such as <c>TIMED_OUT</c>.</summary>
    public static string ToAwsName(this ExecutionStatus status) => status switch
    {
        ExecutionStatus.Running => "RUNNING",
        ExecutionStatus.Succeeded => "SUCCEEDED",
        ExecutionStatus.Failed => "FAILED",
        ExecutionStatus.TimedOut => "TIMED_OUT",
        _ => "ABORTED",
    };

    /// <summary>Returns the status with this name in AWS's API; null if no status has this name.</summary>
    public static ExecutionStatus? Parse(string name) =>
        Enum.GetValues<ExecutionStatus>().Where(status => status.ToAwsName() == name).Cast<ExecutionStatus?>().FirstOrDefault();
}

/// <summary>The result of an execution.</summary>
/// <param name="Status">How the execution ended.</param>
/// <param name="Output">The output; null unless it succeeded.</param>
/// <param name="Error">The error name, if any.</param>
/// <param name="Cause">The description of the error, if any.</param>
public sealed record ExecutionResult(ExecutionStatus Status, StatesValue? Output, string? Error, string? Cause)
{
    /// <summary>
    /// Returns the execution's result from the last event of its history; null if the event does not end an execution.
    /// </summary>
    public static ExecutionResult? Of(HistoryEvent last)
    {
        ArgumentNullException.ThrowIfNull(last);
        var failure = last.Details as FailureDetails;
        return last.Type switch
        {
            HistoryEventType.ExecutionSucceeded => new(ExecutionStatus.Succeeded, (last.Details as OutputDetails)?.Output ?? StatesValue.Null, null, null),
            HistoryEventType.ExecutionFailed => new(ExecutionStatus.Failed, null, failure?.Error, failure?.Cause),
            HistoryEventType.ExecutionAborted => new(ExecutionStatus.Aborted, null, failure?.Error, failure?.Cause),
            HistoryEventType.ExecutionTimedOut => new(ExecutionStatus.TimedOut, null, null, null),
            _ => null,
        };
    }
}
