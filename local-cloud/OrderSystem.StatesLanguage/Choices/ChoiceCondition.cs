using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Choices;

/// <summary>The condition of a Choice rule.</summary>
internal abstract class ChoiceCondition
{
    public abstract bool IsMet(StateScope scope, StatesValue input);
}

internal sealed class AndCondition(ChoiceCondition[] all) : ChoiceCondition
{
    public override bool IsMet(StateScope scope, StatesValue input)
    {
        foreach (var condition in all)
        {
            if (!condition.IsMet(scope, input))
                return false;
        }

        return true;
    }
}

internal sealed class OrCondition(ChoiceCondition[] any) : ChoiceCondition
{
    public override bool IsMet(StateScope scope, StatesValue input)
    {
        foreach (var condition in any)
        {
            if (condition.IsMet(scope, input))
                return true;
        }

        return false;
    }
}

internal sealed class NotCondition(ChoiceCondition inner) : ChoiceCondition
{
    public override bool IsMet(StateScope scope, StatesValue input) => !inner.IsMet(scope, input);
}

/// <summary>A JSONata <c>Condition</c>.</summary>
internal sealed class ExpressionCondition(Template expression, string field) : ChoiceCondition
{
    public override bool IsMet(StateScope scope, StatesValue input) => expression.Evaluate(scope, input) switch
    {
        StatesBoolean truth => truth.Value,
        var other => throw scope.QueryEvaluationError(States.UnexpectedType.Of(expression, field, "boolean", other), field),
    };
}
