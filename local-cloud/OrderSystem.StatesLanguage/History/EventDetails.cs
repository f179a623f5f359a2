using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>What an event tells besides its type. Payloads are shared values, turned into text only when someone reads them.</summary>
public abstract record EventDetails
{
    /// <summary>The size of the payload that it tells of, in bytes of UTF-8.</summary>
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
public sealed record ExecutionStartedDetails(JsonValue Input, string? RoleArn, string? StateMachineAliasArn = null, string? StateMachineVersionArn = null) : EventDetails;

/// <summary>An execution was redriven for the given time.</summary>
public sealed record ExecutionRedrivenDetails(int RedriveCount) : EventDetails;

/// <summary>A state was entered.</summary>
public sealed record StateEnteredDetails(string Name, JsonValue Input) : EventDetails;

/// <summary>A state was left.</summary>
public sealed record StateExitedDetails(string Name, JsonValue Output, JsonObject? AssignedVariables) : EventDetails;

/// <summary>An output: of an execution, a task or an activity.</summary>
public sealed record OutputDetails(JsonValue Output, string? Resource = null, string? ResourceType = null) : EventDetails;

/// <summary>An error: of an execution, a task, a function, an activity or a map run. That a timeout was for want of a heartbeat is not shown, but matters to Retry and Catch.</summary>
public sealed record FailureDetails(string? Error, string? Cause, string? Resource = null, string? ResourceType = null, bool IsHeartbeat = false) : EventDetails;

/// <summary>A task of a service integration was scheduled.</summary>
public sealed record TaskScheduledDetails(string ResourceType, string Resource, string Region, JsonValue Parameters, long? TimeoutInSeconds, long? HeartbeatInSeconds, string? RoleArn) : EventDetails;

/// <summary>A function or an activity was scheduled.</summary>
public sealed record WorkScheduledDetails(string Resource, JsonValue Input, long? TimeoutInSeconds, long? HeartbeatInSeconds, string? RoleArn) : EventDetails;

/// <summary>A task started.</summary>
public sealed record TaskStartedDetails(string Resource, string ResourceType) : EventDetails;

/// <summary>A worker took an activity task.</summary>
public sealed record ActivityStartedDetails(string? WorkerName) : EventDetails;

/// <summary>A Map state knows how many items it has.</summary>
public sealed record MapStateStartedDetails(int Length) : EventDetails;

/// <summary>An item of an inline Map state.</summary>
public sealed record MapIterationDetails(string Name, int Index) : EventDetails;

/// <summary>A distributed Map state's run.</summary>
public sealed record MapRunDetails(string MapRunArn) : EventDetails;

/// <summary>A distributed Map state's run was redriven for the given time.</summary>
public sealed record MapRunRedrivenDetails(string MapRunArn, int RedriveCount) : EventDetails;

/// <summary>A distributed Map state's run succeeded. What it output is not shown: it spares a resumed execution from asking its children again.</summary>
public sealed record MapRunSucceededDetails(JsonValue Output) : EventDetails;

/// <summary>An expression failed.</summary>
public sealed record EvaluationFailedDetails(string? Error, string? Cause, string? Location, string State) : EventDetails;
