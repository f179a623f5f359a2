using System.Diagnostics;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>The condition of a filter, <c>[?(…)]</c>.</summary>
internal abstract record PathFilter
{
    public abstract bool Accepts(StatesValue item, StatesValue root, PathBudget budget);
}

internal sealed record AndFilter(PathFilter Left, PathFilter Right) : PathFilter
{
    public override bool Accepts(StatesValue item, StatesValue root, PathBudget budget) => Left.Accepts(item, root, budget) && Right.Accepts(item, root, budget);
}

internal sealed record OrFilter(PathFilter Left, PathFilter Right) : PathFilter
{
    public override bool Accepts(StatesValue item, StatesValue root, PathBudget budget) => Left.Accepts(item, root, budget) || Right.Accepts(item, root, budget);
}

internal sealed record NotFilter(PathFilter Inner) : PathFilter
{
    public override bool Accepts(StatesValue item, StatesValue root, PathBudget budget) => !Inner.Accepts(item, root, budget);
}

internal sealed record ExistsFilter(FilterOperand Operand) : PathFilter
{
    public override bool Accepts(StatesValue item, StatesValue root, PathBudget budget) => Operand.Evaluate(item, root, budget) is not null;
}

internal sealed record ComparisonFilter(FilterOperand Left, string Operator, FilterOperand Right) : PathFilter
{
    public override bool Accepts(StatesValue item, StatesValue root, PathBudget budget)
    {
        var left = Left.Evaluate(item, root, budget);
        if (Operator == "=~")
            return left is StatesString text && Right is RegexOperand pattern && pattern.IsMatch(text.Value, budget);
        var right = Right.Evaluate(item, root, budget);
        budget.Step(right is StatesArray candidates ? candidates.Count : 1);
        return Operator switch
        {
            "==" => Equals(left, right),
            "!=" => !Equals(left, right),
            "<" => Compare(left, right) < 0,
            "<=" => Compare(left, right) <= 0,
            ">" => Compare(left, right) > 0,
            ">=" => Compare(left, right) >= 0,
            "in" => left is not null && right is StatesArray list && list.Contains(left),
            "nin" => left is not null && right is StatesArray list && !list.Contains(left),
            "contains" => (left is StatesArray list && right is not null && list.Contains(right))
                || (left is StatesString whole && right is StatesString part && whole.Value.Contains(part.Value, StringComparison.Ordinal)),
            "size" => SizeOf(left) is { } size && right is StatesNumber wanted && wanted.Value.Equals(size),
            "empty" => SizeOf(left) is { } count && right is StatesBoolean empty && empty.Value == (count == 0),
            "subsetof" => left is StatesArray subset && right is StatesArray superset && subset.All(superset.Contains),
            "anyof" => left is StatesArray some && right is StatesArray of && some.Any(of.Contains),
            "noneof" => left is StatesArray none && right is StatesArray others && !none.Any(others.Contains),
            _ => false,
        };
    }

    private static int? SizeOf(StatesValue? value) => value switch
    {
        StatesArray array => array.Count,
        StatesString text => text.Value.Length,
        StatesObject container => container.Count,
        _ => null,
    };

    private static int? Compare(StatesValue? left, StatesValue? right) => (left, right) switch
    {
        (StatesNumber a, StatesNumber b) => a.Value.CompareTo(b.Value),
        (StatesString a, StatesString b) => string.CompareOrdinal(a.Value, b.Value),
        _ => null,
    };
}

/// <summary>One side of a comparison in a filter.</summary>
internal abstract record FilterOperand
{
    public abstract StatesValue? Evaluate(StatesValue item, StatesValue root, PathBudget budget);
}

internal sealed record LiteralOperand(StatesValue Value) : FilterOperand
{
    public override StatesValue? Evaluate(StatesValue item, StatesValue root, PathBudget budget) => Value;
}

internal sealed record PathOperand(JsonPath Path, bool FromItem) : FilterOperand
{
    public override StatesValue? Evaluate(StatesValue item, StatesValue root, PathBudget budget) => Path.Find(FromItem ? item : root, budget);
}

internal sealed record RegexOperand(Regex Pattern) : FilterOperand
{
    public override StatesValue? Evaluate(StatesValue item, StatesValue root, PathBudget budget) => null;

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
