using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>The condition in <c>[?(…)]</c>.</summary>
internal abstract record PathFilter
{
    public abstract bool Accepts(JsonValue item, JsonValue root);
}

internal sealed record AndFilter(PathFilter Left, PathFilter Right) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root) => Left.Accepts(item, root) && Right.Accepts(item, root);
}

internal sealed record OrFilter(PathFilter Left, PathFilter Right) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root) => Left.Accepts(item, root) || Right.Accepts(item, root);
}

internal sealed record NotFilter(PathFilter Inner) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root) => !Inner.Accepts(item, root);
}

internal sealed record ExistsFilter(FilterOperand Operand) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root) => Operand.Evaluate(item, root) is not null;
}

internal sealed record ComparisonFilter(FilterOperand Left, string Operator, FilterOperand Right) : PathFilter
{
    public override bool Accepts(JsonValue item, JsonValue root)
    {
        var left = Left.Evaluate(item, root);
        if (Operator == "=~")
            return left is JsonString text && Right is RegexOperand { Pattern: var pattern } && pattern.IsMatch(text.Value);
        var right = Right.Evaluate(item, root);
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

/// <summary>One side of a comparison.</summary>
internal abstract record FilterOperand
{
    public abstract JsonValue? Evaluate(JsonValue item, JsonValue root);
}

internal sealed record LiteralOperand(JsonValue Value) : FilterOperand
{
    public override JsonValue? Evaluate(JsonValue item, JsonValue root) => Value;
}

internal sealed record PathOperand(JsonPath Path, bool FromItem) : FilterOperand
{
    public override JsonValue? Evaluate(JsonValue item, JsonValue root) => Path.Find(FromItem ? item : root);
}

internal sealed record RegexOperand(Regex Pattern) : FilterOperand
{
    public override JsonValue? Evaluate(JsonValue item, JsonValue root) => null;
}
