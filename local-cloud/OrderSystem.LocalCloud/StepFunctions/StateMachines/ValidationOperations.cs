using System.Text.Json;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.StepFunctions.StateMachines;

/// <summary>The operation <c>ValidateStateMachineDefinition</c>.</summary>
internal sealed class ValidationOperations : IStepFunctionsOperations
{
    private const int MostDiagnostics = 100;

    public IEnumerable<(string Name, Operation Operation)> Operations => [("ValidateStateMachineDefinition", Validate)];

    private static ValueTask Validate(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var definition = request.Required("definition");
        request.OneOf("type", "STANDARD", "EXPRESS");
        request.OneOf("severity", "ERROR", "WARNING");
        var most = request.MaxResults(MostDiagnostics, MostDiagnostics);
        var found = DefinitionValidator.Validate(definition, request.Text("type") == "EXPRESS");
        response.WriteString("result", found.Count == 0 ? "OK" : "FAIL");
        if (request.Text("severity") == "WARNING")
            found = [.. found, .. DefinitionValidator.Warnings(definition)];
        response.WriteStartArray("diagnostics");
        foreach (var diagnostic in found.Take(most))
        {
            response.WriteStartObject();
            response.WriteString("severity", diagnostic.IsWarning ? "WARNING" : "ERROR");
            response.WriteString("code", diagnostic.Code);
            response.WriteString("message", diagnostic.Code == Diagnostic.InvalidJson ? JacksonWording.Of(definition) : diagnostic.Message);
            response.WriteOptional("location", diagnostic.Location);
            response.WriteEndObject();
        }

        response.WriteEndArray();
        response.WriteBoolean("truncated", found.Count > most);
        return ValueTask.CompletedTask;
    }
}
