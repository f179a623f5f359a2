using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>
/// The details of a history event. Payloads are JSON values that events share with the execution; a payload is serialized only
/// when its event is stored or returned by the API.
/// </summary>
public abstract record EventDetails
{
    /// <summary>The approximate size of the event's payload, in UTF-8 bytes; 0 if the event has no payload.</summary>
    public int PayloadSize => this switch
    {
        ExecutionStartedDetails started => started.Input.Utf8Size,
        StateEnteredDetails entered => entered.Input.Utf8Size,
        StateExitedDetails exited => exited.Output.Utf8Size,
        OutputDetails output => output.Output.Utf8Size,
        TaskScheduledDetails task => task.Parameters.Utf8Size,
        WorkScheduledDetails work => work.Input.Utf8Size,
        MapRunSucceededDetails run => run.Output.Utf8Size,
        FailureDetails failure => failure.Cause?.Length ?? 0,
        _ => 0,
    };
}

/// <summary>An execution started.</summary>
public sealed record ExecutionStartedDetails(StatesValue Input, string? RoleArn, string? StateMachineAliasArn = null, string? StateMachineVersionArn = null) : EventDetails;

/// <summary>An execution was redriven; the count includes this redrive.</summary>
public sealed record ExecutionRedrivenDetails(int RedriveCount) : EventDetails;

/// <summary>A state was entered.</summary>
public sealed record StateEnteredDetails(string Name, StatesValue Input) : EventDetails;

/// <summary>A state was exited.</summary>
public sealed record StateExitedDetails(string Name, StatesValue Output, StatesObject? AssignedVariables) : EventDetails;

/// <summary>The output of an execution, a task or an activity.</summary>
public sealed record OutputDetails(StatesValue Output, string? Resource = null, string? ResourceType = null) : EventDetails;

/// <summary>
/// The error of an execution, a task, a function, an activity or a map run. AWS's events do not contain <c>IsHeartbeat</c>, but
/// Retry and Catch need this value to recognize a missed heartbeat.
/// </summary>
public sealed record FailureDetails(string? Error, string? Cause, string? Resource = null, string? ResourceType = null, bool IsHeartbeat = false) : EventDetails;

/// <summary>A task of a service integration was scheduled.</summary>
public sealed record TaskScheduledDetails(string ResourceType, string Resource, string Region, StatesValue Parameters, long? TimeoutInSeconds,
    long? HeartbeatInSeconds, string? RoleArn) : EventDetails;

/// <summary>A Lambda function or an activity was scheduled.</summary>
public sealed record WorkScheduledDetails(string Resource, StatesValue Input, long? TimeoutInSeconds, long? HeartbeatInSeconds, string? RoleArn) : EventDetails;

/// <summary>A task started.</summary>
public sealed record TaskStartedDetails(string Resource, string ResourceType) : EventDetails;

/// <summary>A worker started an activity task.</summary>
public sealed record ActivityStartedDetails(string? WorkerName) : EventDetails;

/// <summary>A Map state with the given number of items started.</summary>
public sealed record MapStateStartedDetails(int Length) : EventDetails;

/// <summary>An iteration of an inline Map state.</summary>
public sealed record MapIterationDetails(string Name, int Index) : EventDetails;

/// <summary>The map run of a distributed Map state.</summary>
public sealed record MapRunDetails(string MapRunArn) : EventDetails;

/// <summary>A map run was redriven; the count includes this redrive.</summary>
public sealed record MapRunRedrivenDetails(string MapRunArn, int RedriveCount) : EventDetails;

/// <summary>
/// A map run succeeded. The output is used only to resume the execution; AWS's events do not contain the output.
/// </summary>
public sealed record MapRunSucceededDetails(StatesValue Output) : EventDetails;

/// <summary>The evaluation of an expression failed.</summary>
public sealed record EvaluationFailedDetails(string? Error, string? Cause, string? Location, string State) : EventDetails;
