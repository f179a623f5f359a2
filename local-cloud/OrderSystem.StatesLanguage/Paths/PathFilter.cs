using System.Diagnostics;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>The condition of a filter, <c>[?(…)]</c>.</summary>
internal abstract record PathFilter
{
    public abstract bool Accepts(JsonValue item, JsonValue root, PathBudget budget);
}

internal sealed record AndFilter(PathFilter Left, PathFilter Right) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root, PathBudget budget) => Left.Accepts(item, root, budget) && Right.Accepts(item, root, budget);
}

internal sealed record OrFilter(PathFilter Left, PathFilter Right) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root, PathBudget budget) => Left.Accepts(item, root, budget) || Right.Accepts(item, root, budget);
}

internal sealed record NotFilter(PathFilter Inner) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root, PathBudget budget) => !Inner.Accepts(item, root, budget);
}

internal sealed record ExistsFilter(FilterOperand Operand) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root, PathBudget budget) => Operand.Evaluate(item, root, budget) is not null;
}

internal sealed record ComparisonFilter(FilterOperand Left, string Operator, FilterOperand Right) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root, PathBudget budget)
    {
        var left = Left.Evaluate(item, root, budget);
        if (Operator == "=~")
            return left is JsonString text && Right is RegexOperand pattern && pattern.IsMatch(text.Value, budget);
        var right = Right.Evaluate(item, root, budget);
        budget.Step(right is JsonArray candidates ? candidates.Count : 1);
        return Operator switch
        {
            "==" => Equals(left, right),
            "!=" => !Equals(left, right),
            "<" => Compare(left, right) < 0,
            "<=" => Compare(left, right) <= 0,
            ">" => Compare(left, right) > 0,
            ">=" => Compare(left, right) >= 0,
            "in" => left is not null && right is JsonArray list && list.Contains(left),
            "nin" => left is not null && right is JsonArray list && !list.Contains(left),
            "contains" => (left is JsonArray list && right is not null && list.Contains(right)) || (left is JsonString whole && right is JsonString part && whole.Value.Contains(part.Value, StringComparison.Ordinal)),
            "size" => SizeOf(left) is { } size && right is JsonNumber wanted && wanted.Value.Equals(size),
            "empty" => SizeOf(left) is { } count && right is JsonBoolean empty && empty.Value == (count == 0),
            "subsetof" => left is JsonArray subset && right is JsonArray superset && subset.All(superset.Contains),
            "anyof" => left is JsonArray some && right is JsonArray of && some.Any(of.Contains),
            "noneof" => left is JsonArray none && right is JsonArray others && !none.Any(others.Contains),
            _ => false,
        };
    }

    private static int? SizeOf(JsonValue? value) => value switch
    {
        JsonArray array => array.Count,
        JsonString text => text.Value.Length,
        JsonObject container => container.Count,
        _ => null,
    };

    private static int? Compare(JsonValue? left, JsonValue? right) => (left, right) switch
    {
        (JsonNumber a, JsonNumber b) => a.Value.CompareTo(b.Value),
        (JsonString a, JsonString b) => string.CompareOrdinal(a.Value, b.Value),
        _ => null,
    };
}

/// <summary>One side of a comparison in a filter.</summary>
internal abstract record FilterOperand
{
    public abstract JsonValue? Evaluate(JsonValue item, JsonValue root, PathBudget budget);
}

internal sealed record LiteralOperand(JsonValue Value) : FilterOperand
{
    public override JsonValue? Evaluate(JsonValue item, JsonValue root, PathBudget budget) => Value;
}

internal sealed record PathOperand(JsonPath Path, bool FromItem) : FilterOperand
{
    public override JsonValue? Evaluate(JsonValue item, JsonValue root, PathBudget budget) => Path.Find(FromItem ? item : root, budget);
}

internal sealed record RegexOperand(Regex Pattern) : FilterOperand
{
    public override JsonValue? Evaluate(JsonValue item, JsonValue root, PathBudget budget) => null;

    /// <summary>Whether the regular expression matches the whole text.</summary>
    /// <exception cref="JsonPathException">The evaluation of the regular expression takes too long.</exception>
    public bool IsMatch(string text, PathBudget budget)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return Pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new JsonPathException($"The evaluation of the regular expression {Pattern} took too long");
        }
        finally
        {
            budget.Spend(Stopwatch.GetElapsedTime(started));
        }
    }
}
