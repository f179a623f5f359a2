using System.Text.Json;
using OrderSystem.Core.Workflow;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Embedded.Executions;

/// <summary>Converts the workflow's JSON values to step requests, and step results to JSON values.</summary>
internal static class StepValues
{
    private static readonly StatesValue Succeeded = Serialized(StepResult.Succeeded);

    /// <exception cref="FormatException">The value is a JSON null.</exception>
    public static StepRequest Read(StatesValue value) => value switch
    {
        // A fast path for the workflow's usual input; any other input is deserialized.
        StatesObject { Count: 1 } input when input["orderId"] is StatesString orderId => new StepRequest(orderId.Value),
        _ => JsonSerializer.Deserialize(value.ToUtf8Bytes(), StepJson.Default.StepRequest) ?? throw new FormatException("The step's input is null."),
    };

    public static StatesValue Write(StepResult result) => ReferenceEquals(result, StepResult.Succeeded) ? Succeeded : Serialized(result);

    private static StatesValue Serialized(StepResult result) => StatesValue.Parse(JsonSerializer.SerializeToUtf8Bytes(result, StepJson.Default.StepResult));
}
