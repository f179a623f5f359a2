using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Fail state: ends its branch with an error.</summary>
internal sealed class FailState : State
{
    public override string TypeName => "Fail";

    public override HistoryEventType EnteredEvent => HistoryEventType.FailStateEntered;

    public override HistoryEventType? ExitedEvent => null;

    /// <summary>The Error or ErrorPath field; null if both are absent.</summary>
    public Template? Error { get; init; }

    /// <summary>The Cause or CausePath field; null if both are absent.</summary>
    public Template? Cause { get; init; }

    public override ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken)
    {
        InspectInput(scope, scope.Input);
        throw new StatesErrorException(Text(scope, Error, "Error"), Text(scope, Cause, "Cause"));
    }

    private string? Text(StateScope scope, Template? template, string field) => template?.Evaluate(scope, scope.Input) switch
    {
        null => null,
        StatesString text => text.Value,
        var other when Language == Definition.QueryLanguage.JSONata => throw scope.QueryEvaluationError(UnexpectedType.Of(template!, field, "string", other), field),
        var other => throw scope.Runtime($"The {field}Path field refers to a value that is not a string: {other.ToJsonString()}"),
    };
}
