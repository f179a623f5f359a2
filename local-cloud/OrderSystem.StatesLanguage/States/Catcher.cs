using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>One entry of a state's Catch field.</summary>
internal sealed class Catcher(ErrorMatcher errors)
{
    public ErrorMatcher Errors => errors;

    public ResultPath ResultPath { get; init; } = ResultPath.Whole;

    public Template? Output { get; init; }

    public Template? Assign { get; init; }

    /// <summary>The state to transition to. Set after all states of the state machine have been created.</summary>
    public State Next { get; set; } = null!;
}
