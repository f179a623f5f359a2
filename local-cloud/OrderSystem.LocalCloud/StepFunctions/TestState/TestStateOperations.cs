using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.StateTests;
using OrderSystem.StatesLanguage.Validation;

namespace OrderSystem.LocalCloud.StepFunctions.TestState;

/// <summary>The operation <c>TestState</c>. See "TestState" in the Step Functions API Reference.</summary>
internal sealed class TestStateOperations(TaskIntegrations tasks, TimeProvider time, LocalCloudOptions options) : IStepFunctionsOperations
{
    private static readonly TimeSpan LongestTest = TimeSpan.FromMinutes(5);

    public IEnumerable<(string Name, Operation Operation)> Operations => [("TestState", TestAsync)];

    private async ValueTask TestAsync(StepFunctionsRequest request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        request.OneOf("inspectionLevel", "INFO", "DEBUG", "TRACE");
        var definition = TestedDefinition.Read(request.Required("definition"), request.Text("stateName"));
        var mock = TestMock.Read(request, definition);
        definition.Refuse(mock is not null);
        var machine = Compile(definition);
        var input = ReadJson(request.Text("input") ?? "{}", StepFunctionsErrors.InvalidInput);
        mock?.CheckAgainst(definition);
        var context = TestContext.Of(request, definition, input, mock is not null, time.GetUtcNow());
        var environment = new ExecutionEnvironment { Tasks = tasks, Clock = time, Region = options.Region };
        var result = await RunAsync(machine, definition, input, context, environment, Options(request, mock), cancellationToken);
        Write(response, result, request.Text("inspectionLevel") ?? "INFO", input);
    }

    /// <summary>Runs the tested state for at most five minutes, which is also the limit of AWS's TestState.</summary>
    private async Task<StateTestResult> RunAsync(StateMachine machine, TestedDefinition definition, StatesValue input, ExecutionContextObject context,
        ExecutionEnvironment environment, StateTestOptions options, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestTest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await StateTest.RunAsync(machine, definition.StateName, input, context, environment, options, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new StateTestResult(StateTestStatus.Failed, null, StatesErrors.Timeout, null, null, StatesObject.Empty);
        }
    }

    private static StateTestOptions Options(StepFunctionsRequest request, TestMock? mock)
    {
        var configuration = request.Body["stateConfiguration"] as StatesObject ?? StatesObject.Empty;
        return new StateTestOptions
        {
            MockedResult = mock?.Result,
            MockedError = mock?.Error,
            RetrierRetryCount = Count(configuration, "retrierRetryCount") ?? 0,
            MapIterationFailureCount = Count(configuration, "mapIterationFailureCount"),
            MapItemReaderData = configuration["mapItemReaderData"] is StatesString data
                ? ReadJson(data.Value, what => StepFunctionsErrors.Rule($"MapItemReaderData must be valid JSON: {what}")) : null,
            Variables = request.Text("variables") is { } variables ? ReadJson(variables, what => StepFunctionsErrors.Rule($"Variables must be valid JSON: {what}")) as StatesObject : null,
        };
    }

    private static int? Count(StatesObject configuration, string member) => configuration[member] switch
    {
        null or StatesNull => null,
        StatesNumber { Value: >= 0 and <= int.MaxValue } count => (int)count.Value,
        var other => throw StepFunctionsErrors.Validation(
            $"Value '{other.ToJsonString()}' at 'stateConfiguration.{member}' failed to satisfy constraint: Member must have value greater than or equal to 0"),
    };

    private static StateMachine Compile(TestedDefinition definition)
    {
        var faults = DefinitionValidator.Validate(definition.Machine);
        if (faults.Count > 0)
            throw StepFunctionsErrors.InvalidDefinition(string.Join(", ", faults));
        return StateMachine.Compile("test", definition.Machine);
    }

    private static void Write(Utf8JsonWriter response, StateTestResult result, string inspectionLevel, StatesValue input)
    {
        response.WriteString("status", result.Status switch
        {
            StateTestStatus.Succeeded => "SUCCEEDED",
            StateTestStatus.Retriable => "RETRIABLE",
            StateTestStatus.CaughtError => "CAUGHT_ERROR",
            _ => "FAILED",
        });
        if (result.Output is { } output)
            response.WriteString("output", output.ToJsonString());
        response.WriteOptional("error", result.Error);
        response.WriteOptional("cause", result.Cause);
        response.WriteOptional("nextState", result.NextState);
        if (inspectionLevel == "INFO")
            return;
        response.WriteStartObject("inspectionData");
        response.WriteString("input", input.ToJsonString());
        foreach (var (name, value) in result.InspectionData.Where(inspected => inspected.Value.Depth <= StatesValue.DeepestWritten))
            WriteInspected(response, name, value);
        response.WriteEndObject();
    }

    private static void WriteInspected(Utf8JsonWriter response, string name, StatesValue value)
    {
        // Payloads are written as strings that contain JSON; settings are written as JSON values.
        if (name is "errorDetails" or "maxConcurrency" or "toleratedFailureCount" or "toleratedFailurePercentage")
        {
            response.WritePropertyName(name);
            value.WriteTo(response);
        }
        else
        {
            response.WriteString(name, value.ToJsonString());
        }
    }

    private static StatesValue ReadJson(string text, Func<string, AwsServiceException> refuse)
    {
        try
        {
            return StatesValue.Parse(text);
        }
        catch (JsonException)
        {
            throw refuse(JacksonWording.Of(text));
        }
    }
}
