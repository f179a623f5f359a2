using System.Text.Json;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Writes history events as JSON in the format of <c>GetExecutionHistory</c>.</summary>
internal static class HistoryJson
{
    /// <summary>Writes the members of one history event.</summary>
    /// <param name="response">The writer that receives the members.</param>
    /// <param name="historyEvent">The history event.</param>
    /// <param name="includeData">Whether to write inputs, outputs and other payloads.</param>
    public static void Write(Utf8JsonWriter response, HistoryEvent historyEvent, bool includeData)
    {
        response.WriteTime("timestamp", historyEvent.Timestamp);
        response.WriteString("type", historyEvent.Type.ToString());
        response.WriteNumber("id", historyEvent.Id);
        response.WriteNumber("previousEventId", historyEvent.PreviousId);
        if (historyEvent.Details is null or MapRunSucceededDetails)
            return;
        response.WriteStartObject(MemberOf(historyEvent.Type));
        EventFields.Write(new Fields(response, includeData), historyEvent.Details);
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

    private sealed class Fields(Utf8JsonWriter response, bool includeData) : IEventFields
    {
        public void Set(EventField field, StatesValue? value)
        {
            if (field.ApiName is not { } name || value is null)
                return;
            switch (field.Kind)
            {
                case EventFieldKind.Value when value is StatesNumber number && number.TryGetInt64(out var integer):
                    response.WriteNumber(name, integer);
                    break;
                case EventFieldKind.Value:
                    response.WriteString(name, ((StatesString)value).Value);
                    break;
                case EventFieldKind.Payload:
                    WriteText(name, value);
                    WriteTruncated(name);
                    break;
                case EventFieldKind.Parameters:
                    WriteText(name, value);
                    break;
                case EventFieldKind.Variables:
                    WriteVariables(name, (StatesObject)value);
                    WriteTruncated(name);
                    break;
                case EventFieldKind.Credentials:
                    response.WriteStartObject("taskCredentials");
                    response.WriteString(name, ((StatesString)value).Value);
                    response.WriteEndObject();
                    break;
            }
        }

        private void WriteText(string name, StatesValue value)
        {
            if (includeData)
                response.WriteString(name, value.ToJsonString());
        }

        private void WriteVariables(string name, StatesObject variables)
        {
            if (!includeData)
                return;
            response.WriteStartObject(name);
            foreach (var (variable, value) in variables)
                response.WriteString(variable, value.ToJsonString());
            response.WriteEndObject();
        }

        private void WriteTruncated(string name)
        {
            response.WriteStartObject(name + "Details");
            response.WriteBoolean("truncated", !includeData);
            response.WriteEndObject();
        }
    }
}
