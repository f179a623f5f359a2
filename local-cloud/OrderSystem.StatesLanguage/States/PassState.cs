using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Pass state: outputs its input or a fixed result.</summary>
internal sealed class PassState : State
{
    public override string TypeName => "Pass";

    public override HistoryEventType EnteredEvent => HistoryEventType.PassStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.PassStateExited;

    public Template? Parameters { get; init; }

    public StatesValue? Result { get; init; }

    public ResultPath ResultPath { get; init; } = ResultPath.Whole;

    public override ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken)
    {
        if (Language == QueryLanguage.JSONata)
            return new(Finish(scope, scope.Input, scope.Input));
        var input = EffectiveInput(scope);
        var result = Result ?? Parameters?.Evaluate(scope, input) ?? input;
        if (Result is null)
        {
            scope.Inspect("afterInputPath", input);
            scope.Inspect("afterParameters", result);
        }
        else
        {
            scope.Inspect("result", result);
        }

        scope.Inspect("afterResultSelector", result);
        var output = ResultPath.Apply(scope, scope.Input, result);
        scope.Inspect("afterResultPath", output);
        return new(Finish(scope, output, result));
    }
}
