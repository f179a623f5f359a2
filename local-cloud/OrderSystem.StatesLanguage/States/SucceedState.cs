using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Succeed state: ends its branch successfully.</summary>
internal sealed class SucceedState : State
{
    public override string TypeName => "Succeed";

    public override HistoryEventType EnteredEvent => HistoryEventType.SucceedStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.SucceedStateExited;

    public override ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var input = EffectiveInput(scope);
        InspectInput(scope, input);
        return new(Finish(scope, input, scope.Input));
    }
}
