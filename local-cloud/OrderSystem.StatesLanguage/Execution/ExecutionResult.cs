using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>How an execution ended.</summary>
public enum ExecutionStatus
{
    /// <summary>It has not.</summary>
    Running,

    /// <summary>With an output.</summary>
    Succeeded,

    /// <summary>With an error.</summary>
    Failed,

    /// <summary>Its time was over.</summary>
    TimedOut,

    /// <summary>Someone stopped it.</summary>
    Aborted,
}

/// <summary>The end of an execution.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Output">The output, where it succeeded.</param>
/// <param name="Error">The error's name.</param>
/// <param name="Cause">What happened.</param>
public sealed record ExecutionResult(ExecutionStatus Status, JsonValue? Output, string? Error, string? Cause)
{
    /// <summary>The end that a last event tells of; null where it is not the last.</summary>
    public static ExecutionResult? Of(HistoryEvent last)
    {
        ArgumentNullException.ThrowIfNull(last);
        var failure = last.Details as FailureDetails;
        return last.Type switch
        {
            HistoryEventType.ExecutionSucceeded => new(ExecutionStatus.Succeeded, (last.Details as OutputDetails)?.Output ?? JsonValue.Null, null, null),
            HistoryEventType.ExecutionFailed => new(ExecutionStatus.Failed, null, failure?.Error, failure?.Cause),
            HistoryEventType.ExecutionAborted => new(ExecutionStatus.Aborted, null, failure?.Error, failure?.Cause),
            HistoryEventType.ExecutionTimedOut => new(ExecutionStatus.TimedOut, null, null, null),
            _ => null,
        };
    }
}
