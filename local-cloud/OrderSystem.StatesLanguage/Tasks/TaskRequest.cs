using System.Diagnostics;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Tasks;

/// <summary>One attempt of a Task state.</summary>
public sealed class TaskRequest
{
    /// <summary>The execution that asks.</summary>
    public required string ExecutionArn { get; init; }

    /// <summary>The state that asks.</summary>
    public required string StateName { get; init; }

    /// <summary>What is asked for.</summary>
    public required TaskResource Resource { get; init; }

    /// <summary>The parameters of the integration, or the input of the function or activity.</summary>
    public required JsonValue Parameters { get; init; }

    /// <summary>Names this attempt: the same when a resumed execution asks again, another for the next attempt.</summary>
    public string Token => field ??= Attempt.ToText();

    /// <summary>How often the state was tried before; 0 for the first attempt.</summary>
    public int RetryCount { get; init; }

    /// <summary>The role to act in, where the state names one.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The span of the state, to be handed on.</summary>
    public ActivityContext Span { get; init; }

    /// <summary>Whether a worker had taken the activity task before the execution was resumed.</summary>
    public bool IsStarted { get; internal set; }

    internal TaskToken Attempt { get; init; }

    internal Action<string?>? WorkerStarted { get; init; }

    internal Action? HeartbeatReceived { get; init; }

    /// <summary>Says that a worker took the activity task, which is recorded.</summary>
    /// <exception cref="OperationCanceledException">The task was over before.</exception>
    public void StartedBy(string? workerName) => WorkerStarted?.Invoke(workerName);

    /// <summary>Says that whoever does the task is alive: the heartbeat's time starts anew.</summary>
    public void Heartbeat() => HeartbeatReceived?.Invoke();
}
