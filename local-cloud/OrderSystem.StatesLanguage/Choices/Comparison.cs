using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Choices;

/// <summary>Compares a variable with a constant or, for <c>…Path</c> operators, with the value at a path.</summary>
internal sealed class Comparison(JsonPath variable, ComparisonOperator comparison, Template operand) : ChoiceCondition
{
    private readonly PathTemplate _variable = new(variable, field: null);

    public override bool IsMet(StateScope scope, StatesValue input)
    {
        if (comparison == ComparisonOperator.IsPresent)
            return IsPresent(scope, input) == Truth(operand.Evaluate(scope, input));
        StatesValue value;
        try
        {
            value = _variable.Evaluate(scope, input);
        }
        catch (StatesErrorException)
        {
            throw scope.Runtime($"Invalid path '{variable.Text}': The choice state's condition path references an invalid value.");
        }

        return Compare(value, operand.Evaluate(scope, input));
    }

    private static bool Truth(StatesValue value) => value is StatesBoolean { Value: true };

    private bool IsPresent(StateScope scope, StatesValue input)
    {
        try
        {
            var value = _variable.Evaluate(scope, input);
            return variable.IsDefinite || value is not StatesArray { Count: 0 };
        }
        catch (StatesErrorException)
        {
            return false;
        }
    }

    private bool Compare(StatesValue value, StatesValue wanted) => comparison switch
    {
        ComparisonOperator.StringEquals => Text(value, wanted) == 0,
        ComparisonOperator.StringLessThan => Text(value, wanted) < 0,
        ComparisonOperator.StringLessThanEquals => Text(value, wanted) <= 0,
        ComparisonOperator.StringGreaterThan => Text(value, wanted) > 0,
        ComparisonOperator.StringGreaterThanEquals => Text(value, wanted) >= 0,
        ComparisonOperator.StringMatches => value is StatesString text && wanted is StatesString pattern && Wildcard.Matches(text.Value, pattern.Value),
        ComparisonOperator.NumericEquals => Number(value, wanted) == 0,
        ComparisonOperator.NumericLessThan => Number(value, wanted) < 0,
        ComparisonOperator.NumericLessThanEquals => Number(value, wanted) <= 0,
        ComparisonOperator.NumericGreaterThan => Number(value, wanted) > 0,
        ComparisonOperator.NumericGreaterThanEquals => Number(value, wanted) >= 0,
        ComparisonOperator.BooleanEquals => value is StatesBoolean && value.Equals(wanted),
        ComparisonOperator.TimestampEquals => Time(value, wanted) == 0,
        ComparisonOperator.TimestampLessThan => Time(value, wanted) < 0,
        ComparisonOperator.TimestampLessThanEquals => Time(value, wanted) <= 0,
        ComparisonOperator.TimestampGreaterThan => Time(value, wanted) > 0,
        ComparisonOperator.TimestampGreaterThanEquals => Time(value, wanted) >= 0,
        ComparisonOperator.IsNull => value is StatesNull == Truth(wanted),
        ComparisonOperator.IsNumeric => value is StatesNumber == Truth(wanted),
        ComparisonOperator.IsString => value is StatesString == Truth(wanted),
        ComparisonOperator.IsBoolean => value is StatesBoolean == Truth(wanted),
        ComparisonOperator.IsTimestamp => Timestamp.TryParse(value, out _) == Truth(wanted),
        _ => false,
    };

    private static int? Text(StatesValue value, StatesValue wanted) =>
        value is StatesString left && wanted is StatesString right ? string.CompareOrdinal(left.Value, right.Value) : null;

    private static int? Number(StatesValue value, StatesValue wanted)
    {
        if (value is not StatesNumber left || wanted is not StatesNumber right)
            return null;
        return left.TryGetInt64(out var a) && right.TryGetInt64(out var b) ? a.CompareTo(b) : left.Value.CompareTo(right.Value);
    }

    private static int? Time(StatesValue value, StatesValue wanted) =>
        Timestamp.TryParse(value, out var left) && Timestamp.TryParse(wanted, out var right) ? left.CompareTo(right) : null;
}
