using System.Text.Json;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Writes events in the form of <c>GetExecutionHistory</c>.</summary>
internal static class HistoryJson
{
    /// <summary>Writes the members of an event.</summary>
    /// <param name="response">Receives the members.</param>
    /// <param name="historyEvent">The event.</param>
    /// <param name="includeData">Whether to write payloads.</param>
    public static void Write(Utf8JsonWriter response, HistoryEvent historyEvent, bool includeData)
    {
        response.WriteTime("timestamp", historyEvent.Timestamp);
        response.WriteString("type", historyEvent.Type.ToString());
        response.WriteNumber("id", historyEvent.Id);
        response.WriteNumber("previousEventId", historyEvent.PreviousId);
        if (historyEvent.Details is null or MapRunSucceededDetails)
            return;
        response.WriteStartObject(MemberOf(historyEvent.Type));
        new Writer(response, includeData).Write(historyEvent.Details);
        response.WriteEndObject();
    }

    private static string MemberOf(HistoryEventType type)
    {
        var name = type.ToString();
        if (name.EndsWith("StateEntered", StringComparison.Ordinal))
            return "stateEnteredEventDetails";
        if (name.EndsWith("StateExited", StringComparison.Ordinal))
            return "stateExitedEventDetails";
        return char.ToLowerInvariant(name[0]) + name[1..] + "EventDetails";
    }

    private readonly ref struct Writer(Utf8JsonWriter response, bool includeData)
    {
        public void Write(EventDetails details)
        {
            switch (details)
            {
                case ExecutionStartedDetails started:
                    Payload("input", started.Input);
                    response.WriteOptional("roleArn", started.RoleArn);
                    response.WriteOptional("stateMachineAliasArn", started.StateMachineAliasArn);
                    response.WriteOptional("stateMachineVersionArn", started.StateMachineVersionArn);
                    break;
                case ExecutionRedrivenDetails redriven:
                    response.WriteNumber("redriveCount", redriven.RedriveCount);
                    break;
                case StateEnteredDetails entered:
                    response.WriteString("name", entered.Name);
                    Payload("input", entered.Input);
                    break;
                case StateExitedDetails exited:
                    response.WriteString("name", exited.Name);
                    Payload("output", exited.Output);
                    Assigned(exited.AssignedVariables);
                    break;
                case OutputDetails output:
                    response.WriteOptional("resourceType", output.ResourceType);
                    response.WriteOptional("resource", output.Resource);
                    Payload("output", output.Output);
                    break;
                case FailureDetails failure:
                    response.WriteOptional("resourceType", failure.ResourceType);
                    response.WriteOptional("resource", failure.Resource);
                    response.WriteOptional("error", failure.Error);
                    response.WriteOptional("cause", failure.Cause);
                    break;
                default:
                    WriteWork(details);
                    break;
            }
        }

        private void WriteWork(EventDetails details)
        {
            switch (details)
            {
                case TaskScheduledDetails task:
                    response.WriteString("resourceType", task.ResourceType);
                    response.WriteString("resource", task.Resource);
                    response.WriteString("region", task.Region);
                    if (includeData)
                        response.WriteString("parameters", task.Parameters.ToJsonString());
                    Timers(task.TimeoutInSeconds, task.HeartbeatInSeconds, task.RoleArn);
                    break;
                case WorkScheduledDetails work:
                    response.WriteString("resource", work.Resource);
                    Payload("input", work.Input);
                    Timers(work.TimeoutInSeconds, work.HeartbeatInSeconds, work.RoleArn);
                    break;
                case TaskStartedDetails started:
                    response.WriteString("resourceType", started.ResourceType);
                    response.WriteString("resource", started.Resource);
                    break;
                case ActivityStartedDetails started:
                    response.WriteOptional("workerName", started.WorkerName);
                    break;
                case MapStateStartedDetails started:
                    response.WriteNumber("length", started.Length);
                    break;
                case MapIterationDetails iteration:
                    response.WriteString("name", iteration.Name);
                    response.WriteNumber("index", iteration.Index);
                    break;
                case MapRunDetails run:
                    response.WriteString("mapRunArn", run.MapRunArn);
                    break;
                case MapRunRedrivenDetails run:
                    response.WriteString("mapRunArn", run.MapRunArn);
                    response.WriteNumber("redriveCount", run.RedriveCount);
                    break;
                case EvaluationFailedDetails failed:
                    response.WriteOptional("error", failed.Error);
                    response.WriteOptional("cause", failed.Cause);
                    response.WriteOptional("location", failed.Location);
                    response.WriteString("state", failed.State);
                    break;
            }
        }

        private void Payload(string member, JsonValue value)
        {
            if (includeData)
                response.WriteString(member, value.ToJsonString());
            response.WriteStartObject(member + "Details");
            response.WriteBoolean("truncated", !includeData);
            response.WriteEndObject();
        }

        private void Assigned(JsonObject? variables)
        {
            if (variables is null)
                return;
            if (includeData)
            {
                response.WriteStartObject("assignedVariables");
                foreach (var (name, value) in variables)
                    response.WriteString(name, value.ToJsonString());
                response.WriteEndObject();
            }

            response.WriteStartObject("assignedVariablesDetails");
            response.WriteBoolean("truncated", !includeData);
            response.WriteEndObject();
        }

        private void Timers(long? timeout, long? heartbeat, string? roleArn)
        {
            if (timeout is { } timeoutSeconds)
                response.WriteNumber("timeoutInSeconds", timeoutSeconds);
            if (heartbeat is { } heartbeatSeconds)
                response.WriteNumber("heartbeatInSeconds", heartbeatSeconds);
            if (roleArn is null)
                return;
            response.WriteStartObject("taskCredentials");
            response.WriteString("roleArn", roleArn);
            response.WriteEndObject();
        }
    }
}
