using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.TestState;

/// <summary>Creates the context object of a tested state, either from the request or with default values.</summary>
internal static class TestContext
{
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["Execution"] = ["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"],
        ["State"] = ["EnteredTime", "Name", "RetryCount"],
        ["StateMachine"] = ["Id", "Name"],
        ["Task"] = ["Token"],
    };

    /// <summary>Creates the context object for a request.</summary>
    /// <exception cref="AwsServiceException">The context object in the request is invalid.</exception>
    public static ExecutionContextObject Of(StepFunctionsRequest request, TestedDefinition definition, StatesValue input, bool isMocked, DateTimeOffset now)
    {
        var (machine, execution) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var region = request.Caller.Region;
        var context = new ExecutionContextObject(
            StatesArn.Of(region, "express", machine, execution, Guid.NewGuid().ToString()), execution, request.Text("roleArn"), input, now,
                StatesArn.Of(region, "stateMachine", machine), machine, redriveCount: null)
        {
            StateName = TestedDefinition.DefaultStateName,
        };
        if (request.Text("context") is not { } text)
            return context;
        if (!isMocked)
            definition.Refuse(isMocked: false);
        return context with { Given = Read(text, definition) };
    }

    private static StatesObject Read(string text, TestedDefinition definition)
    {
        StatesValue value;
        try
        {
            value = StatesValue.Parse(text);
        }
        catch (JsonException)
        {
            throw Invalid("Context object must be valid JSON");
        }

        var given = value as StatesObject ?? throw Invalid("Context object must be a JSON object");
        foreach (var (section, content) in given)
        {
            if (section == "Map" && definition.Type != "Map")
                throw Invalid("'Map' field is not supported when mocking a Context object");
            if (!Fields.TryGetValue(section, out var allowed))
                throw Invalid($"Field '{section}' is not allowed");
            if (section == "Task" && !Waits(definition))
                throw Invalid("Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern");
            CheckSection(section, content, allowed);
        }

        return given;
    }

    private static void CheckSection(string section, StatesValue content, string[] allowed)
    {
        if (content is not StatesObject fields)
            throw Invalid($"{section} must be an object");
        foreach (var (name, value) in fields)
        {
            if (!allowed.Contains(name))
                throw Invalid($"Field '{name}' is not allowed");
            if (name is "RetryCount" or "RedriveCount")
            {
                if (value is not StatesNumber)
                    throw Invalid($"{section}.{name} must be a number");
            }
            else if (name != "Input" && value is not StatesString)
            {
                throw Invalid($"{section}.{name} must be a string");
            }
        }
    }

    private static bool Waits(TestedDefinition definition) =>
        definition.State["Resource"] is StatesString resource && TaskResource.Parse(resource.Value).Pattern != IntegrationPattern.RequestResponse;

    private static AwsServiceException Invalid(string what) => StepFunctionsErrors.Rule($"Invalid Context object provided: {what}");
}
