using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>
/// Converts event details to fields and back. Only this class lists the fields of each type of event details.
/// </summary>
public static class EventFields
{
    private static readonly EventField Details = new("details", null);
    private static readonly EventField Input = new("payload", "input", EventFieldKind.Payload);
    private static readonly EventField Output = new("payload", "output", EventFieldKind.Payload);
    private static readonly EventField HiddenOutput = new("payload", null);
    private static readonly EventField Parameters = new("payload", "parameters", EventFieldKind.Parameters);
    private static readonly EventField Assigned = new("assigned", "assignedVariables", EventFieldKind.Variables);
    private static readonly EventField RoleArn = new("role", "roleArn");
    private static readonly EventField TaskRoleArn = new("role", "roleArn", EventFieldKind.Credentials);
    private static readonly EventField Alias = new("alias", "stateMachineAliasArn");
    private static readonly EventField Version = new("version", "stateMachineVersionArn");
    private static readonly EventField RedriveCount = new("number", "redriveCount");
    private static readonly EventField StateName = new("name", "name");
    private static readonly EventField Resource = new("resource", "resource");
    private static readonly EventField ResourceType = new("resourceType", "resourceType");
    private static readonly EventField Region = new("region", "region");
    private static readonly EventField Error = new("error", "error");
    private static readonly EventField Cause = new("cause", "cause");
    private static readonly EventField IsHeartbeat = new("heartbeat", null);
    private static readonly EventField Timeout = new("timeout", "timeoutInSeconds");
    private static readonly EventField Heartbeat = new("heartbeat", "heartbeatInSeconds");
    private static readonly EventField WorkerName = new("name", "workerName");
    private static readonly EventField Length = new("number", "length");
    private static readonly EventField Index = new("number", "index");
    private static readonly EventField MapRunArn = new("name", "mapRunArn");
    private static readonly EventField Location = new("location", "location");
    private static readonly EventField State = new("name", "state");

    /// <summary>Passes every field of the details to <paramref name="fields"/>, in the order that AWS uses.</summary>
    public static void Write(IEventFields fields, EventDetails details)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(details);
        fields.Set(Details, details.GetType().Name);
        switch (details)
        {
            case ExecutionStartedDetails started:
                fields.Set(Input, started.Input);
                fields.Set(RoleArn, started.RoleArn);
                fields.Set(Alias, started.StateMachineAliasArn);
                fields.Set(Version, started.StateMachineVersionArn);
                break;
            case ExecutionRedrivenDetails redriven:
                fields.Set(RedriveCount, redriven.RedriveCount);
                break;
            case StateEnteredDetails entered:
                fields.Set(StateName, entered.Name);
                fields.Set(Input, entered.Input);
                break;
            case StateExitedDetails exited:
                fields.Set(StateName, exited.Name);
                fields.Set(Output, exited.Output);
                fields.Set(Assigned, exited.AssignedVariables);
                break;
            case OutputDetails output:
                fields.Set(ResourceType, output.ResourceType);
                fields.Set(Resource, output.Resource);
                fields.Set(Output, output.Output);
                break;
            case FailureDetails failure:
                fields.Set(ResourceType, failure.ResourceType);
                fields.Set(Resource, failure.Resource);
                fields.Set(Error, failure.Error);
                fields.Set(Cause, failure.Cause);
                fields.Set(IsHeartbeat, failure.IsHeartbeat ? true : null);
                break;
            default:
                WriteWork(fields, details);
                break;
        }
    }

    private static void WriteWork(IEventFields fields, EventDetails details)
    {
        switch (details)
        {
            case TaskScheduledDetails task:
                fields.Set(ResourceType, task.ResourceType);
                fields.Set(Resource, task.Resource);
                fields.Set(Region, task.Region);
                fields.Set(Parameters, task.Parameters);
                fields.Set(Timeout, Number(task.TimeoutInSeconds));
                fields.Set(Heartbeat, Number(task.HeartbeatInSeconds));
                fields.Set(TaskRoleArn, task.RoleArn);
                break;
            case WorkScheduledDetails work:
                fields.Set(Resource, work.Resource);
                fields.Set(Input, work.Input);
                fields.Set(Timeout, Number(work.TimeoutInSeconds));
                fields.Set(Heartbeat, Number(work.HeartbeatInSeconds));
                fields.Set(TaskRoleArn, work.RoleArn);
                break;
            case TaskStartedDetails started:
                fields.Set(ResourceType, started.ResourceType);
                fields.Set(Resource, started.Resource);
                break;
            case ActivityStartedDetails started:
                fields.Set(WorkerName, started.WorkerName);
                break;
            case MapStateStartedDetails started:
                fields.Set(Length, started.Length);
                break;
            case MapIterationDetails iteration:
                fields.Set(StateName, iteration.Name);
                fields.Set(Index, iteration.Index);
                break;
            case MapRunDetails run:
                fields.Set(MapRunArn, run.MapRunArn);
                break;
            case MapRunRedrivenDetails run:
                fields.Set(MapRunArn, run.MapRunArn);
                fields.Set(RedriveCount, run.RedriveCount);
                break;
            case MapRunSucceededDetails run:
                fields.Set(HiddenOutput, run.Output);
                break;
            case EvaluationFailedDetails failed:
                fields.Set(Error, failed.Error);
                fields.Set(Cause, failed.Cause);
                fields.Set(Location, failed.Location);
                fields.Set(State, failed.State);
                break;
            default:
                throw new InvalidOperationException($"{details.GetType().Name} cannot be stored in a history");
        }
    }

    internal static EventDetails? Read(StatesObject fields) => Text(fields, "details") switch
    {
        null => null,
        nameof(ExecutionStartedDetails) => new ExecutionStartedDetails(Payload(fields), Text(fields, "role"), Text(fields, "alias"), Text(fields, "version")),
        nameof(ExecutionRedrivenDetails) => new ExecutionRedrivenDetails(Integer(fields["number"])),
        nameof(StateEnteredDetails) => new StateEnteredDetails(Name(fields), Payload(fields)),
        nameof(StateExitedDetails) => new StateExitedDetails(Name(fields), Payload(fields), fields["assigned"] as StatesObject),
        nameof(OutputDetails) => new OutputDetails(Payload(fields), Text(fields, "resource"), Text(fields, "resourceType")),
        nameof(FailureDetails) => new FailureDetails(Text(fields, "error"), Text(fields, "cause"), Text(fields, "resource"), Text(fields, "resourceType"), fields.Contains("heartbeat")),
        nameof(TaskScheduledDetails) =>
            new TaskScheduledDetails(Required(fields, "resourceType"), Required(fields, "resource"), Required(fields, "region"), Payload(fields),
                Seconds(fields, "timeout"), Seconds(fields, "heartbeat"), Text(fields, "role")),
        nameof(WorkScheduledDetails) => new WorkScheduledDetails(Required(fields, "resource"), Payload(fields), Seconds(fields, "timeout"), Seconds(fields, "heartbeat"), Text(fields, "role")),
        nameof(TaskStartedDetails) => new TaskStartedDetails(Required(fields, "resource"), Required(fields, "resourceType")),
        nameof(ActivityStartedDetails) => new ActivityStartedDetails(Text(fields, "name")),
        nameof(MapStateStartedDetails) => new MapStateStartedDetails(Integer(fields["number"])),
        nameof(MapIterationDetails) => new MapIterationDetails(Name(fields), Integer(fields["number"])),
        nameof(MapRunDetails) => new MapRunDetails(Name(fields)),
        nameof(MapRunRedrivenDetails) => new MapRunRedrivenDetails(Name(fields), Integer(fields["number"])),
        nameof(MapRunSucceededDetails) => new MapRunSucceededDetails(Payload(fields)),
        nameof(EvaluationFailedDetails) => new EvaluationFailedDetails(Text(fields, "error"), Text(fields, "cause"), Text(fields, "location"), Name(fields)),
        var other => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Unknown type of event details: {other}")),
    };

    private static StatesNumber? Number(long? value) => value is { } number ? StatesNumber.Of(number) : null;

    private static StatesValue Payload(StatesObject fields) => fields["payload"] ?? StatesValue.Null;

    private static string Required(StatesObject fields, string name) =>
        Text(fields, name) ?? throw new FormatException($"A stored history event has no {name}.");

    private static string Name(StatesObject fields) => Text(fields, "name") ?? "";

    internal static string? Text(StatesObject fields, string name) => (fields[name] as StatesString)?.Value;

    internal static int Integer(StatesValue? value) => value is StatesNumber number ? (int)number.Value : 0;

    private static long? Seconds(StatesObject fields, string name) => fields[name] is StatesNumber number ? (long)number.Value : null;
}
