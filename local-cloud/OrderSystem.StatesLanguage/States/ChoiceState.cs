using OrderSystem.StatesLanguage.Choices;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Goes on with the first choice whose condition is met.</summary>
internal sealed class ChoiceState : State
{
    public override string TypeName => "Choice";

    public override HistoryEventType EnteredEvent => HistoryEventType.ChoiceStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.ChoiceStateExited;

    public required ChoiceRule[] Choices { get; init; }

    /// <summary>Set when the graph is linked; null without a Default.</summary>
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

/// <summary>A choice: its condition and what follows.</summary>
internal sealed class ChoiceRule(ChoiceCondition condition)
{
    public ChoiceCondition Condition => condition;

    public Template? Output { get; init; }

    public Template? Assign { get; init; }

    /// <summary>Set when the graph is linked.</summary>
    public State Next { get; set; } = null!;
}
