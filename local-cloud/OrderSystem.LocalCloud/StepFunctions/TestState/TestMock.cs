using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.TestState;

/// <summary>The mocked outcome in a <c>TestState</c> request: either a result or an error.</summary>
internal sealed record TestMock(StatesValue? Result, StatesErrorException? Error, string FieldValidationMode)
{
    /// <summary>Reads the mock from a request; returns null if the request does not contain a mock.</summary>
    /// <exception cref="AwsServiceException">The mock is invalid.</exception>
    public static TestMock? Read(StepFunctionsRequest request, TestedDefinition definition)
    {
        var configuration = request.Body["stateConfiguration"] as StatesObject;
        if (request.Body["mock"] is not StatesObject mock)
        {
            return configuration?.Contains("mapIterationFailureCount") == true
                ? throw StepFunctionsErrors.Rule("TestState does not support MapIterationFailureCount when a mock is not specified.")
                : null;
        }

        if (!mock.Contains("result") && !mock.Contains("errorOutput"))
            throw StepFunctionsErrors.Rule("A test mock must have one of the following fields: [result, errorOutput].");
        if (mock.Contains("result") && mock.Contains("errorOutput"))
            throw StepFunctionsErrors.Rule("A test mock should have only one of the following fields: [result, errorOutput].");
        if (request.Flag("revealSecrets"))
            throw StepFunctionsErrors.Rule("TestState does not support RevealSecrets when a mock is specified.");
        definition.Refuse(isMocked: true);
        var mode = (mock["fieldValidationMode"] as StatesString)?.Value ?? "STRICT";
        if (mode is not ("STRICT" or "PRESENT" or "NONE"))
            throw StepFunctionsErrors.Validation($"Value '{mode}' at 'mock.fieldValidationMode' failed to satisfy constraint: Member must satisfy enum value set: [STRICT, PRESENT, NONE]");
        if (mock["errorOutput"] is StatesObject error)
            return new TestMock(null, new StatesErrorException((error["error"] as StatesString)?.Value, (error["cause"] as StatesString)?.Value), mode);
        try
        {
            return new TestMock(StatesValue.Parse((mock["result"] as StatesString)?.Value ?? "{}"), null, mode);
        }
        catch (JsonException)
        {
            throw StepFunctionsErrors.Rule("Mocked result must be valid JSON");
        }
    }

    /// <summary>Checks that the mocked result is possible for the tested state.</summary>
    /// <exception cref="AwsServiceException">The tested state can't return the mocked result.</exception>
    public void CheckAgainst(TestedDefinition definition)
    {
        if (Result is null)
            return;
        switch (definition.Type)
        {
            case "Map" when definition.State.Contains("ResultWriter"):
                if (Result is not StatesObject)
                    throw StepFunctionsErrors.Rule("Mocked result must be a JSON object.");
                break;
            case "Map" or "Parallel":
                if (Result is not StatesArray items)
                    throw StepFunctionsErrors.Rule("Mocked result must be an array.");
                if (definition.State["Branches"] is StatesArray branches && branches.Count != items.Count)
                    throw StepFunctionsErrors.Rule("Mocked result must contain the same number of items as number of Parallel branches.");
                break;
            case "Task" when FieldValidationMode != "NONE" && definition.State["Resource"] is StatesString resource:
                if (ResponseShapes.Fault(TaskResource.Parse(resource.Value), Result, isStrict: FieldValidationMode == "STRICT") is { } fault)
                    throw StepFunctionsErrors.Rule($"Mock result schema validation error: {fault}");
                break;
        }
    }
}
