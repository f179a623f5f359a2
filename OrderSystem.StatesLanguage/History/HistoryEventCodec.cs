using System.Globalization;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.History;

/// <summary>Events as they are kept: everything that a resumed execution needs, in JSON.</summary>
public static class HistoryEventCodec
{
    /// <summary>Writes an event.</summary>
    public static byte[] Write(HistoryEvent historyEvent)
    {
        var fields = new JsonObjectBuilder(8)
            .Set("id", historyEvent.Id)
            .Set("previous", historyEvent.PreviousId)
            .Set("type", historyEvent.Type.ToString())
            .Set("time", historyEvent.Timestamp.UtcTicks);
        if (historyEvent.Branch != default)
            fields.Set("branch", new JsonArray([historyEvent.Branch.StartedEventId, historyEvent.Branch.Index]));
        if (historyEvent.Details is not null)
            WriteDetails(fields, historyEvent.Details);
        return fields.Build().ToUtf8Bytes();
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="FormatException">It was not written by <see cref="Write"/>.</exception>
    public static HistoryEvent Read(ReadOnlySpan<byte> written)
    {
        var fields = JsonValue.Parse(written) as JsonObject ?? throw new FormatException("An event is an object");
        var branch = fields["branch"] is JsonArray { Count: 2 } key ? new BranchKey(Integer(key[0]), Integer(key[1])) : default;
        var type = Enum.Parse<HistoryEventType>(Text(fields, "type") ?? "");
        var time = new DateTimeOffset(((JsonNumber)fields["time"]!).TryGetInt64(out var ticks) ? ticks : 0, TimeSpan.Zero);
        return new HistoryEvent(Integer(fields["id"]), Integer(fields["previous"]), type, time, branch, ReadDetails(fields));
    }

    private static void WriteDetails(JsonObjectBuilder fields, EventDetails details)
    {
        fields.Set("details", details.GetType().Name);
        switch (details)
        {
            case ExecutionStartedDetails started:
                Set(fields, ("payload", started.Input), ("role", started.RoleArn), ("alias", started.StateMachineAliasArn), ("version", started.StateMachineVersionArn));
                break;
            case ExecutionRedrivenDetails redriven:
                Set(fields, ("number", redriven.RedriveCount));
                break;
            case StateEnteredDetails entered:
                Set(fields, ("name", entered.Name), ("payload", entered.Input));
                break;
            case StateExitedDetails exited:
                Set(fields, ("name", exited.Name), ("payload", exited.Output), ("assigned", exited.AssignedVariables));
                break;
            case OutputDetails output:
                Set(fields, ("payload", output.Output), ("resource", output.Resource), ("resourceType", output.ResourceType));
                break;
            case FailureDetails failure:
                Set(fields, ("error", failure.Error), ("cause", failure.Cause), ("resource", failure.Resource), ("resourceType", failure.ResourceType));
                break;
            case TaskScheduledDetails task:
                Set(fields, ("resourceType", task.ResourceType), ("resource", task.Resource), ("region", task.Region), ("payload", task.Parameters), ("timeout", Number(task.TimeoutInSeconds)), ("heartbeat", Number(task.HeartbeatInSeconds)), ("role", task.RoleArn));
                break;
            case WorkScheduledDetails work:
                Set(fields, ("resource", work.Resource), ("payload", work.Input), ("timeout", Number(work.TimeoutInSeconds)), ("heartbeat", Number(work.HeartbeatInSeconds)), ("role", work.RoleArn));
                break;
            case TaskStartedDetails started:
                Set(fields, ("resource", started.Resource), ("resourceType", started.ResourceType));
                break;
            case ActivityStartedDetails started:
                Set(fields, ("name", started.WorkerName));
                break;
            case MapStateStartedDetails started:
                Set(fields, ("number", started.Length));
                break;
            case MapIterationDetails iteration:
                Set(fields, ("name", iteration.Name), ("number", iteration.Index));
                break;
            case MapRunDetails run:
                Set(fields, ("name", run.MapRunArn));
                break;
            case EvaluationFailedDetails failed:
                Set(fields, ("error", failed.Error), ("cause", failed.Cause), ("location", failed.Location), ("name", failed.State));
                break;
            default:
                throw new InvalidOperationException($"{details.GetType().Name} cannot be kept");
        }
    }

    private static EventDetails? ReadDetails(JsonObject fields) => Text(fields, "details") switch
    {
        null => null,
        nameof(ExecutionStartedDetails) => new ExecutionStartedDetails(Payload(fields), Text(fields, "role"), Text(fields, "alias"), Text(fields, "version")),
        nameof(ExecutionRedrivenDetails) => new ExecutionRedrivenDetails(Integer(fields["number"])),
        nameof(StateEnteredDetails) => new StateEnteredDetails(Name(fields), Payload(fields)),
        nameof(StateExitedDetails) => new StateExitedDetails(Name(fields), Payload(fields), fields["assigned"] as JsonObject),
        nameof(OutputDetails) => new OutputDetails(Payload(fields), Text(fields, "resource"), Text(fields, "resourceType")),
        nameof(FailureDetails) => new FailureDetails(Text(fields, "error"), Text(fields, "cause"), Text(fields, "resource"), Text(fields, "resourceType")),
        nameof(TaskScheduledDetails) => new TaskScheduledDetails(Text(fields, "resourceType")!, Text(fields, "resource")!, Text(fields, "region")!, Payload(fields), Seconds(fields, "timeout"), Seconds(fields, "heartbeat"), Text(fields, "role")),
        nameof(WorkScheduledDetails) => new WorkScheduledDetails(Text(fields, "resource")!, Payload(fields), Seconds(fields, "timeout"), Seconds(fields, "heartbeat"), Text(fields, "role")),
        nameof(TaskStartedDetails) => new TaskStartedDetails(Text(fields, "resource")!, Text(fields, "resourceType")!),
        nameof(ActivityStartedDetails) => new ActivityStartedDetails(Text(fields, "name")),
        nameof(MapStateStartedDetails) => new MapStateStartedDetails(Integer(fields["number"])),
        nameof(MapIterationDetails) => new MapIterationDetails(Name(fields), Integer(fields["number"])),
        nameof(MapRunDetails) => new MapRunDetails(Name(fields)),
        nameof(EvaluationFailedDetails) => new EvaluationFailedDetails(Text(fields, "error"), Text(fields, "cause"), Text(fields, "location"), Name(fields)),
        var other => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"Unknown details: {other}")),
    };

    private static void Set(JsonObjectBuilder fields, params ReadOnlySpan<(string Name, JsonValue? Value)> values)
    {
        foreach (var (name, value) in values)
        {
            if (value is not null)
                fields.Set(name, value);
        }
    }

    private static JsonNumber? Number(long? value) => value is { } number ? JsonNumber.Of(number) : null;

    private static JsonValue Payload(JsonObject fields) => fields["payload"] ?? JsonValue.Null;

    private static string Name(JsonObject fields) => Text(fields, "name") ?? "";

    private static string? Text(JsonObject fields, string name) => (fields[name] as JsonString)?.Value;

    private static int Integer(JsonValue? value) => value is JsonNumber number ? (int)number.Value : 0;

    private static long? Seconds(JsonObject fields, string name) => fields[name] is JsonNumber number ? (long)number.Value : null;
}
