using OrderSystem.StatesLanguage.Choices;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Choice state: transitions to the next state of the first choice rule that matches.</summary>
internal sealed class ChoiceState : State
{
    public override string TypeName => "Choice";

    public override HistoryEventType EnteredEvent => HistoryEventType.ChoiceStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.ChoiceStateExited;

    public required ChoiceRule[] Choices { get; init; }

    /// <summary>
    /// The state to transition to if no rule matches; null if the definition has no Default. Set after all states of
    /// the state machine have been created.
    /// </summary>
    public State? Default { get; set; }

    public override ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var input = EffectiveInput(scope);
        InspectInput(scope, input);
        foreach (var choice in Choices)
        {
            if (!choice.Condition.IsMet(scope, input))
                continue;
            var chosen = Language == QueryLanguage.JSONata
                ? (choice.Output ?? Output)?.Evaluate(scope, input) ?? input
                : OutputPath?.Evaluate(scope, input) ?? input;
            return new(new StateOutcome(CheckSize(scope, chosen), choice.Next, AssignedBy(choice.Assign, scope, input)));
        }

        if (Default is null)
            throw scope.Failure(StatesErrors.NoChoiceMatched, "Failed to transition out of the state. The state machine definition does not specify a default transition, and no choice rule matched.");
        return new(Finish(scope, input, input) with { Next = Default });
    }
}

/// <summary>A choice rule: a condition and the state to transition to.</summary>
internal sealed class ChoiceRule(ChoiceCondition condition)
{
    public ChoiceCondition Condition => condition;

    public Template? Output { get; init; }

    public Template? Assign { get; init; }

    /// <summary>The state to transition to. Set after all states of the state machine have been created.</summary>
    public State Next { get; set; } = null!;
}
