using System.Diagnostics;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>The request for one attempt of a Task state.</summary>
public sealed class TaskRequest
{
    /// <summary>The ARN of the execution that runs the task.</summary>
    public required string ExecutionArn { get; init; }

    /// <summary>The name of the Task state.</summary>
    public required string StateName { get; init; }

    /// <summary>The resource to call.</summary>
    public required TaskResource Resource { get; init; }

    /// <summary>The parameters of a service integration, or the input of a function or activity.</summary>
    public required StatesValue Parameters { get; init; }

    /// <summary>
    /// The task token of this attempt. The token stays the same after a resume, but is different for each attempt.
    /// </summary>
    public string Token => field ??= Attempt.ToText();

    /// <summary>The number of previous attempts; 0 for the first attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>The ARN of the role that the state sets in Credentials; null if it sets none.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The trace context of the state's span, to propagate to the called service.</summary>
    public ActivityContext Span { get; init; }

    /// <summary>Whether a worker had started the activity task before the execution was resumed.</summary>
    public bool IsStarted { get; internal set; }

    internal TaskToken Attempt { get; init; }

    internal Action<string?>? WorkerStarted { get; init; }

    internal Action? HeartbeatReceived { get; init; }

    /// <summary>Records that a worker started the activity task.</summary>
    /// <exception cref="OperationCanceledException">The task has already ended.</exception>
    public void StartedBy(string? workerName) => WorkerStarted?.Invoke(workerName);

    /// <summary>Records a heartbeat, which restarts the heartbeat timeout.</summary>
    public void Heartbeat() => HeartbeatReceived?.Invoke();
}
