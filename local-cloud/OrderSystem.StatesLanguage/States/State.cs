using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>
/// The outcome of a state: its output, the next state (null if the branch ends), and the variables it assigns.
/// </summary>
internal readonly record struct StateOutcome(StatesValue Output, State? Next, StatesObject? Assigned);

/// <summary>
/// A state of a compiled state machine. After its transitions have been set, a state is immutable and is shared by all
/// executions.
/// </summary>
internal abstract class State
{
    public required string Name { get; init; }

    public required QueryLanguage Language { get; init; }

    /// <summary>The type of the state, as in the definition.</summary>
    public abstract string TypeName { get; }

    public abstract HistoryEventType EnteredEvent { get; }

    /// <summary>The type of the exited event; null for a Fail state, which records no exited event.</summary>
    public abstract HistoryEventType? ExitedEvent { get; }

    /// <summary>The type of the event recorded when the state is aborted; null for instantaneous states.</summary>
    public virtual HistoryEventType? AbortedEvent => null;

    /// <summary>
    /// The next state; null if this state ends its branch. Set after all states of the state machine have been created.
    /// </summary>
    public State? Next { get; set; }

    /// <summary>The InputPath field; null means the whole input.</summary>
    public Template? InputPath { get; init; }

    /// <summary>The OutputPath field; null means the whole output.</summary>
    public Template? OutputPath { get; init; }

    /// <summary>The Output field of a JSONata state; null means that the state outputs its result.</summary>
    public Template? Output { get; init; }

    /// <summary>The Assign field; null means that the state assigns no variables.</summary>
    public Template? Assign { get; init; }

    /// <summary>Runs the state.</summary>
    /// <exception cref="StatesErrorException">The state failed and no Catcher matched.</exception>
    public abstract ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken);

    /// <summary>Returns the input after InputPath is applied.</summary>
    protected StatesValue EffectiveInput(StateScope scope) => InputPath is null ? scope.Input : InputPath.Evaluate(scope, scope.Input);

    /// <summary>Records, for TestState, the input after InputPath is applied.</summary>
    protected void InspectInput(StateScope scope, StatesValue input)
    {
        if (Language == QueryLanguage.JSONPath)
            scope.Inspect("afterInputPath", input);
    }

    /// <summary>Creates the outcome of a state from its result.</summary>
    protected StateOutcome Finish(StateScope scope, StatesValue result, StatesValue assignFrom)
    {
        var output = Language == QueryLanguage.JSONata
            ? Output?.Evaluate(scope, result) ?? result
            : OutputPath?.Evaluate(scope, result) ?? result;
        return new StateOutcome(CheckSize(scope, output), Next, AssignedBy(Assign, scope, assignFrom));
    }

    /// <summary>Evaluates an Assign field; returns null if the field assigns no variables.</summary>
    protected static StatesObject? AssignedBy(Template? assign, StateScope scope, StatesValue document)
    {
        if (assign?.Evaluate(scope, document) is not StatesObject { Count: > 0 } assigned)
            return null;
        CheckDepth(assigned);
        return assigned.Utf8Size <= Execution.MaxPayloadSize && scope.Variables.Utf8Size + assigned.Utf8Size <= Execution.MaxVariablesSize
            ? assigned
            : throw new StatesErrorException(StatesErrors.DataLimitExceeded, $"The state '{scope.State.Name}' assigned variables with a size exceeding the maximum number of bytes service limit.");
    }

    /// <summary>Returns the payload; throws if the payload exceeds the limit on size or on nesting depth.</summary>
    protected static StatesValue CheckSize(StateScope scope, StatesValue payload)
    {
        CheckDepth(payload);
        return payload.Utf8Size <= Execution.MaxPayloadSize
            ? payload
            : throw new StatesErrorException(StatesErrors.DataLimitExceeded, $"The state/task '{scope.State.Name}' returned a result with a size exceeding the maximum number of bytes service limit.");
    }

    private static void CheckDepth(StatesValue payload)
    {
        if (payload.Depth > StatesValue.DeepestPayload)
            throw StatesErrorException.Runtime($"The payload is nested {payload.Depth} levels deep; the limit is {StatesValue.DeepestPayload}.");
    }
}
