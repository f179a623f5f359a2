using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Where a state leads: its output, the state after it (none at an end), and the variables it assigns.</summary>
internal readonly record struct StateOutcome(JsonValue Output, State? Next, JsonObject? Assigned);

/// <summary>A state of a compiled state machine. Immutable once the graph is linked, and shared by all executions.</summary>
internal abstract class State
{
    public required string Name { get; init; }

    public required QueryLanguage Language { get; init; }

    /// <summary>The state's type as the definition writes it.</summary>
    public abstract string TypeName { get; }

    public abstract HistoryEventType EnteredEvent { get; }

    /// <summary>Null for Fail, which is never left.</summary>
    public abstract HistoryEventType? ExitedEvent { get; }

    /// <summary>What is recorded when the state is stopped in a branch; null for those that take no time.</summary>
    public virtual HistoryEventType? AbortedEvent => null;

    /// <summary>The state after this one; null at an end. Set when the graph is linked.</summary>
    public State? Next { get; set; }

    /// <summary>InputPath; null is the whole input.</summary>
    public Template? InputPath { get; init; }

    /// <summary>OutputPath; null is the whole output.</summary>
    public Template? OutputPath { get; init; }

    /// <summary>Output of a JSONata state; null is the result.</summary>
    public Template? Output { get; init; }

    /// <summary>Assign; null assigns nothing.</summary>
    public Template? Assign { get; init; }

    /// <summary>Runs the state.</summary>
    /// <exception cref="StatesErrorException">The state fails and no Catch takes it.</exception>
    public abstract ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken);

    /// <summary>The input after InputPath.</summary>
    protected JsonValue EffectiveInput(StateScope scope) => InputPath is null ? scope.Input : InputPath.Evaluate(scope, scope.Input);

    /// <summary>Shows the input after InputPath to whoever tests the state.</summary>
    protected void InspectInput(StateScope scope, JsonValue input)
    {
        if (Language == QueryLanguage.JSONPath)
            scope.Inspect("afterInputPath", input);
    }

    /// <summary>Ends a state whose output is what it was given or made.</summary>
    protected StateOutcome Finish(StateScope scope, JsonValue result, JsonValue assignFrom)
    {
        var output = Language == QueryLanguage.JSONata
            ? Output?.Evaluate(scope, result) ?? result
            : OutputPath?.Evaluate(scope, result) ?? result;
        return new StateOutcome(CheckSize(scope, output), Next, AssignedBy(Assign, scope, assignFrom));
    }

    /// <summary>What an Assign field assigns; null where that is nothing.</summary>
    protected static JsonObject? AssignedBy(Template? assign, StateScope scope, JsonValue document)
    {
        if (assign?.Evaluate(scope, document) is not JsonObject { Count: > 0 } assigned)
            return null;
        CheckDepth(assigned);
        return assigned.Utf8Size <= Execution.MaxPayloadSize && scope.Variables.Utf8Size + assigned.Utf8Size <= Execution.MaxVariablesSize
            ? assigned
            : throw new StatesErrorException(StatesErrors.DataLimitExceeded, $"The state '{scope.State.Name}' assigned variables with a size exceeding the maximum number of bytes service limit.");
    }

    /// <summary>Refuses a payload over the limits.</summary>
    protected static JsonValue CheckSize(StateScope scope, JsonValue payload)
    {
        CheckDepth(payload);
        return payload.Utf8Size <= Execution.MaxPayloadSize
            ? payload
            : throw new StatesErrorException(StatesErrors.DataLimitExceeded, $"The state/task '{scope.State.Name}' returned a result with a size exceeding the maximum number of bytes service limit.");
    }

    private static void CheckDepth(JsonValue payload)
    {
        if (payload.Depth > JsonValue.DeepestPayload)
            throw StatesErrorException.Runtime($"A payload nests {payload.Depth} levels deep, which is more than {JsonValue.DeepestPayload}.");
    }
}
