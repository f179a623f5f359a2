using System.Text.Json;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.TestState;

/// <summary>
/// The state that a <c>TestState</c> request tests, and the state machine that contains the state. If the request contains only
/// the state, the state machine is generated.
/// </summary>
internal sealed record TestedDefinition(StatesObject Machine, string StateName, StatesObject State)
{
    /// <summary>The name that the tested state has in the default context object and in a generated state machine.</summary>
    public const string DefaultStateName = "StateName";

    public string Type => (State["Type"] as StatesString)?.Value ?? "";

    public bool IsDistributedMap => (State["ItemProcessor"] as StatesObject)?["ProcessorConfig"] is StatesObject { } config && config["Mode"] is StatesString { Value: "DISTRIBUTED" };

    /// <summary>Reads the definition of a single state, or of a state machine that contains the tested state.</summary>
    /// <exception cref="AwsServiceException">The definition is invalid, or its state machine has no state with the given
    /// name.</exception>
    public static TestedDefinition Read(string definition, string? stateName)
    {
        StatesObject document;
        try
        {
            document = StatesValue.Parse(definition) as StatesObject ?? throw StepFunctionsErrors.InvalidDefinition("SCHEMA_VALIDATION_FAILED: Expected value of type Object at /");
        }
        catch (JsonException)
        {
            throw StepFunctionsErrors.InvalidDefinition($"INVALID_JSON_DESCRIPTION: {JacksonWording.Of(definition)}");
        }

        if (stateName is not null)
            return new TestedDefinition(document, stateName, Find(document, stateName) ?? throw StepFunctionsErrors.Rule("State not found in definition"));
        return new TestedDefinition(Around(document, DefaultStateName), DefaultStateName, document);
    }

    /// <summary>
    /// Throws an exception if <c>TestState</c> can't run the tested state. Some types of states require a mock, and others do not
    /// allow a mock.
    /// </summary>
    public void Refuse(bool isMocked)
    {
        if (!isMocked && Type is "Map" or "Parallel")
            throw new AwsServiceException("InvalidDefinition", "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]");
        if (!isMocked && Type == "Task" && State["Resource"] is StatesString { Value: var resource }
            && TaskResource.Parse(resource) is { Pattern: not IntegrationPattern.RequestResponse } or { Kind: TaskKind.Activity })
            throw new AwsServiceException("InvalidDefinition",
                "TestState API does not support activities and tasks with the '.sync' or '.waitForTaskToken' service integration pattern when a mock is not specified");
        if (isMocked && Type is "Pass" or "Fail" or "Succeed" or "Wait" or "Choice")
            throw StepFunctionsErrors.Rule($"State type '{Type}' is not supported when a mock is specified");
    }

    private static StatesObject? Find(StatesObject machine, string name)
    {
        foreach (var (candidate, value) in machine["States"] as StatesObject ?? StatesObject.Empty)
        {
            if (value is not StatesObject state)
                continue;
            if (candidate == name)
                return state;
            var inner = (state["Branches"] as StatesArray ?? StatesArray.Empty).Append(state["ItemProcessor"] ?? state["Iterator"] ?? StatesValue.Null).OfType<StatesObject>();
            if (inner.Select(branch => Find(branch, name)).FirstOrDefault(found => found is not null) is { } found)
                return found;
        }

        return null;
    }

    // Generates a state machine that contains the tested state. Every state that the tested state can transition to becomes a
    // Succeed state.
    private static StatesObject Around(StatesObject state, string name)
    {
        var states = new StatesObjectBuilder().Set(name, state);
        foreach (var target in Targets(state))
        {
            if (states.Find(target) is null)
                states.Set(target, StatesObject.Of(("Type", "Succeed")));
        }

        return StatesObject.Of(("StartAt", name), ("States", states.Build()));
    }

    private static IEnumerable<string> Targets(StatesObject state)
    {
        var entries = new[] { state["Choices"], state["Catch"] }.OfType<StatesArray>().SelectMany(list => list).OfType<StatesObject>();
        return new[] { state["Next"], state["Default"] }.Concat(entries.Select(entry => entry["Next"])).OfType<StatesString>().Select(target => target.Value);
    }
}
