using System.Text.Json;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>
/// Writes the member <c>variableReferences</c> of <c>DescribeStateMachine</c>: the variables that each state refers to.
/// </summary>
internal static class VariableReferencesJson
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
