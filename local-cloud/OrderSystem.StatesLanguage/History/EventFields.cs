using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>Receives the details of an event as named fields.</summary>
internal interface IEventFields
{
    /// <summary>Receives one field; null is omitted.</summary>
    void Set(string name, JsonValue? value);
}

/// <summary>Converts event details to named fields and back.</summary>
internal static class EventFields
{
    public static void Write(IEventFields fields, EventDetails details)
    {
        fields.Set("details", details.GetType().Name);
        switch (details)
        {
            case ExecutionStartedDetails started:
                fields.Set("payload", started.Input);
                fields.Set("role", started.RoleArn);
                fields.Set("alias", started.StateMachineAliasArn);
                fields.Set("version", started.StateMachineVersionArn);
                break;
            case ExecutionRedrivenDetails redriven:
                fields.Set("number", (JsonValue)redriven.RedriveCount);
                break;
            case StateEnteredDetails entered:
                fields.Set("name", entered.Name);
                fields.Set("payload", entered.Input);
                break;
            case StateExitedDetails exited:
                fields.Set("name", exited.Name);
                fields.Set("payload", exited.Output);
                fields.Set("assigned", exited.AssignedVariables);
                break;
            case OutputDetails output:
                fields.Set("payload", output.Output);
                fields.Set("resource", output.Resource);
                fields.Set("resourceType", output.ResourceType);
                break;
            case FailureDetails failure:
                fields.Set("error", failure.Error);
                fields.Set("cause", failure.Cause);
                fields.Set("resource", failure.Resource);
                fields.Set("resourceType", failure.ResourceType);
                fields.Set("heartbeat", failure.IsHeartbeat ? true : null);
                break;
            case TaskScheduledDetails task:
                fields.Set("resourceType", task.ResourceType);
                fields.Set("resource", task.Resource);
                fields.Set("region", task.Region);
                fields.Set("payload", task.Parameters);
                fields.Set("timeout", Number(task.TimeoutInSeconds));
                fields.Set("heartbeat", Number(task.HeartbeatInSeconds));
                fields.Set("role", task.RoleArn);
                break;
            case WorkScheduledDetails work:
                fields.Set("resource", work.Resource);
                fields.Set("payload", work.Input);
                fields.Set("timeout", Number(work.TimeoutInSeconds));
                fields.Set("heartbeat", Number(work.HeartbeatInSeconds));
                fields.Set("role", work.RoleArn);
                break;
            case TaskStartedDetails started:
                fields.Set("resource", started.Resource);
                fields.Set("resourceType", started.ResourceType);
                break;
            case ActivityStartedDetails started:
                fields.Set("name", started.WorkerName);
                break;
            case MapStateStartedDetails started:
                fields.Set("number", started.Length);
                break;
            case MapIterationDetails iteration:
                fields.Set("name", iteration.Name);
                fields.Set("number", iteration.Index);
                break;
            case MapRunDetails run:
                fields.Set("name", run.MapRunArn);
                break;
            case MapRunRedrivenDetails run:
                fields.Set("name", run.MapRunArn);
                fields.Set("number", (JsonValue)run.RedriveCount);
                break;
            case MapRunSucceededDetails run:
                fields.Set("payload", run.Output);
                break;
            case EvaluationFailedDetails failed:
                fields.Set("error", failed.Error);
                fields.Set("cause", failed.Cause);
                fields.Set("location", failed.Location);
                fields.Set("name", failed.State);
                break;
            default:
                throw new InvalidOperationException($"{details.GetType().Name} cannot be stored in a history");
        }
    }

    public static EventDetails? Read(JsonObject fields) => Text(fields, "details") switch
    {
        null => null,
        nameof(ExecutionStartedDetails) => new ExecutionStartedDetails(Payload(fields), Text(fields, "role"), Text(fields, "alias"), Text(fields, "version")),
        nameof(ExecutionRedrivenDetails) => new ExecutionRedrivenDetails(Integer(fields["number"])),
        nameof(StateEnteredDetails) => new StateEnteredDetails(Name(fields), Payload(fields)),
        nameof(StateExitedDetails) => new StateExitedDetails(Name(fields), Payload(fields), fields["assigned"] as JsonObject),
        nameof(OutputDetails) => new OutputDetails(Payload(fields), Text(fields, "resource"), Text(fields, "resourceType")),
        nameof(FailureDetails) => new FailureDetails(Text(fields, "error"), Text(fields, "cause"), Text(fields, "resource"), Text(fields, "resourceType"), fields.Contains("heartbeat")),
        nameof(TaskScheduledDetails) => new TaskScheduledDetails(Text(fields, "resourceType")!, Text(fields, "resource")!, Text(fields, "region")!, Payload(fields), Seconds(fields, "timeout"), Seconds(fields, "heartbeat"), Text(fields, "role")),
        nameof(WorkScheduledDetails) => new WorkScheduledDetails(Text(fields, "resource")!, Payload(fields), Seconds(fields, "timeout"), Seconds(fields, "heartbeat"), Text(fields, "role")),
        nameof(TaskStartedDetails) => new TaskStartedDetails(Text(fields, "resource")!, Text(fields, "resourceType")!),
        nameof(ActivityStartedDetails) => new ActivityStartedDetails(Text(fields, "name")),
        nameof(MapStateStartedDetails) => new MapStateStartedDetails(Integer(fields["number"])),
        nameof(MapIterationDetails) => new MapIterationDetails(Name(fields), Integer(fields["number"])),
        nameof(MapRunDetails) => new MapRunDetails(Name(fields)),
        nameof(MapRunRedrivenDetails) => new MapRunRedrivenDetails(Name(fields), Integer(fields["number"])),
        nameof(MapRunSucceededDetails) => new MapRunSucceededDetails(Payload(fields)),
        nameof(EvaluationFailedDetails) => new EvaluationFailedDetails(Text(fields, "error"), Text(fields, "cause"), Text(fields, "location"), Name(fields)),
        var other => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Unknown type of event details: {other}")),
    };

    private static JsonNumber? Number(long? value) => value is { } number ? JsonNumber.Of(number) : null;

    private static JsonValue Payload(JsonObject fields) => fields["payload"] ?? JsonValue.Null;

    private static string Name(JsonObject fields) => Text(fields, "name") ?? "";

    public static string? Text(JsonObject fields, string name) => (fields[name] as JsonString)?.Value;

    public static int Integer(JsonValue? value) => value is JsonNumber number ? (int)number.Value : 0;

    private static long? Seconds(JsonObject fields, string name) => fields[name] is JsonNumber number ? (long)number.Value : null;
}
