using System.Text.Json;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>Writes the variables that each state refers to, as <c>DescribeStateMachine</c> does.</summary>
internal static class VariableReferences
{
    public static void Write(Utf8JsonWriter response, StateMachineRevision revision)
    {
        var references = revision.Machine.VariableReferences;
        if (references.Count == 0)
            return;
        response.WriteStartObject("variableReferences");
        foreach (var (state, names) in references)
        {
            response.WriteStartArray(state);
            foreach (var name in names)
                response.WriteStringValue(name);
            response.WriteEndArray();
        }

        response.WriteEndObject();
    }
}
