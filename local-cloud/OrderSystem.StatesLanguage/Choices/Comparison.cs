using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Choices;

/// <summary>Compares a variable with a constant or, for <c>…Path</c> operators, with the value at a path.</summary>
internal sealed class Comparison(JsonPath variable, ComparisonOperator comparison, Template operand) : ChoiceCondition
{
    private readonly PathTemplate _variable = new(variable, field: null);

    public override bool IsMet(StateScope scope, JsonValue input)
    {
        if (comparison == ComparisonOperator.IsPresent)
            return IsPresent(scope, input) == Truth(operand.Evaluate(scope, input));
        JsonValue value;
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

    private static bool Truth(JsonValue value) => value is JsonBoolean { Value: true };

    private bool IsPresent(StateScope scope, JsonValue input)
    {
        try
        {
            var value = _variable.Evaluate(scope, input);
            return variable.IsDefinite || value is not JsonArray { Count: 0 };
        }
        catch (StatesErrorException)
        {
            return false;
        }
    }

    private bool Compare(JsonValue value, JsonValue wanted) => comparison switch
    {
        ComparisonOperator.StringEquals => Text(value, wanted) == 0,
        ComparisonOperator.StringLessThan => Text(value, wanted) < 0,
        ComparisonOperator.StringLessThanEquals => Text(value, wanted) <= 0,
        ComparisonOperator.StringGreaterThan => Text(value, wanted) > 0,
        ComparisonOperator.StringGreaterThanEquals => Text(value, wanted) >= 0,
        ComparisonOperator.StringMatches => value is JsonString text && wanted is JsonString pattern && Wildcard.Matches(text.Value, pattern.Value),
        ComparisonOperator.NumericEquals => Number(value, wanted) == 0,
        ComparisonOperator.NumericLessThan => Number(value, wanted) < 0,
        ComparisonOperator.NumericLessThanEquals => Number(value, wanted) <= 0,
        ComparisonOperator.NumericGreaterThan => Number(value, wanted) > 0,
        ComparisonOperator.NumericGreaterThanEquals => Number(value, wanted) >= 0,
        ComparisonOperator.BooleanEquals => value is JsonBoolean && value.Equals(wanted),
        ComparisonOperator.TimestampEquals => Time(value, wanted) == 0,
        ComparisonOperator.TimestampLessThan => Time(value, wanted) < 0,
        ComparisonOperator.TimestampLessThanEquals => Time(value, wanted) <= 0,
        ComparisonOperator.TimestampGreaterThan => Time(value, wanted) > 0,
        ComparisonOperator.TimestampGreaterThanEquals => Time(value, wanted) >= 0,
        ComparisonOperator.IsNull => value is JsonNull == Truth(wanted),
        ComparisonOperator.IsNumeric => value is JsonNumber == Truth(wanted),
        ComparisonOperator.IsString => value is JsonString == Truth(wanted),
        ComparisonOperator.IsBoolean => value is JsonBoolean == Truth(wanted),
        ComparisonOperator.IsTimestamp => Timestamp.TryParse(value, out _) == Truth(wanted),
        _ => false,
    };

    private static int? Text(JsonValue value, JsonValue wanted) =>
        value is JsonString left && wanted is JsonString right ? string.CompareOrdinal(left.Value, right.Value) : null;

    private static int? Number(JsonValue value, JsonValue wanted)
    {
        if (value is not JsonNumber left || wanted is not JsonNumber right)
            return null;
        return left.TryGetInt64(out var a) && right.TryGetInt64(out var b) ? a.CompareTo(b) : left.Value.CompareTo(right.Value);
    }

    private static int? Time(JsonValue value, JsonValue wanted) =>
        Timestamp.TryParse(value, out var left) && Timestamp.TryParse(wanted, out var right) ? left.CompareTo(right) : null;
}
