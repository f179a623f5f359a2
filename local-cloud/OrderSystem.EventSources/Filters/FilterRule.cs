using System.Globalization;
using System.Text.Json;

namespace OrderSystem.EventSources.Filters;

/// <summary>
/// One rule in a leaf of a filter pattern: an exact value or an operator. Lambda Developer Guide: "Filter rule syntax".
/// </summary>
internal abstract class FilterRule
{
    /// <summary>Returns whether the rule matches a leaf of the event. A null value means that the leaf is absent.</summary>
    public abstract bool Matches(JsonElement? value);

    /// <param name="rule">The rule, as JSON.</param>
    /// <param name="isTypedNumber">
    /// Whether the rule also matches numbers in strings, which is how DynamoDB writes <c>N</c> values.
    /// </param>
    /// <param name="path">The location of the rule, for error messages.</param>
    /// <exception cref="FilterPatternException">The rule is invalid.</exception>
    public static FilterRule Parse(JsonElement rule, bool isTypedNumber, string path) => rule.ValueKind switch
    {
        JsonValueKind.String => new Text(rule.GetString()!, string.Equals),
        JsonValueKind.Number => new Written(rule.GetRawText(), isTypedNumber),
        JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => new Constant(rule.ValueKind),
        JsonValueKind.Object when rule.EnumerateObject().Count() == 1 => Operator(rule.EnumerateObject().First(), isTypedNumber, path),
        _ => throw new FilterPatternException($"{path}: {rule.GetRawText()} is not a valid rule."),
    };

    private static FilterRule Operator(JsonProperty @operator, bool isTypedNumber, string path) => (@operator.Name, @operator.Value.ValueKind) switch
    {
        ("exists", JsonValueKind.True or JsonValueKind.False) => new Exists(@operator.Value.GetBoolean()),
        ("prefix", JsonValueKind.Object) => Affix(@operator.Value, path, (value, affix) => value.StartsWith(affix, StringComparison.OrdinalIgnoreCase)),
        ("suffix", JsonValueKind.Object) => Affix(@operator.Value, path, (value, affix) => value.EndsWith(affix, StringComparison.OrdinalIgnoreCase)),
        ("prefix", JsonValueKind.String) => new Text(@operator.Value.GetString()!, (value, prefix) => value.StartsWith(prefix, StringComparison.Ordinal)),
        ("suffix", JsonValueKind.String) => new Text(@operator.Value.GetString()!, (value, suffix) => value.EndsWith(suffix, StringComparison.Ordinal)),
        ("equals-ignore-case", JsonValueKind.String) => new Text(@operator.Value.GetString()!, (value, other) => string.Equals(value, other, StringComparison.OrdinalIgnoreCase)),
        ("numeric", JsonValueKind.Array) => Numeric.Of(@operator.Value, isTypedNumber, path),
        ("anything-but", _) => AnythingBut(@operator.Value, isTypedNumber, path),
        _ => throw new FilterPatternException($"{path}: unknown operator {@operator}. The operators are exists, prefix, suffix, equals-ignore-case, numeric and anything-but."),
    };

    private static Text Affix(JsonElement value, string path, Func<string, string, bool> test) =>
        value.TryGetProperty("equals-ignore-case", out var text) && text.ValueKind == JsonValueKind.String
            ? new Text(text.GetString()!, test)
            : throw new FilterPatternException($"{path}: {value.GetRawText()} must be a string, or an object with equals-ignore-case.");

    private static Not AnythingBut(JsonElement value, bool isTypedNumber, string path) => value.ValueKind switch
    {
        JsonValueKind.Array when value.GetArrayLength() > 0 && value.EnumerateArray().All(IsScalar) =>
            new Not([.. value.EnumerateArray().Select(item => Parse(item, isTypedNumber, path))]),
        JsonValueKind.String or JsonValueKind.Number => new Not([Parse(value, isTypedNumber, path)]),
        JsonValueKind.Object when value.EnumerateObject().Count() == 1 && value.EnumerateObject().First() is { Name: "prefix" or "suffix" or "equals-ignore-case" } inner =>
            new Not(inner.Value.ValueKind == JsonValueKind.Array
                ? [.. inner.Value.EnumerateArray().Select(item => OfString(inner.Name, item, path))]
                : [Operator(inner, isTypedNumber, path)]),
        _ => throw new FilterPatternException($"{path}: anything-but accepts strings, numbers, or an object with prefix, suffix or equals-ignore-case."),
    };

    private static bool IsScalar(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number;

    private static Text OfString(string name, JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.String)
            throw new FilterPatternException($"{path}: {name} accepts strings, not {item.GetRawText()}.");
        return new Text(item.GetString()!, name switch
        {
            "prefix" => (value, other) => value.StartsWith(other, StringComparison.Ordinal),
            "suffix" => (value, other) => value.EndsWith(other, StringComparison.Ordinal),
            _ => (value, other) => string.Equals(value, other, StringComparison.OrdinalIgnoreCase),
        });
    }

    private sealed class Text(string expected, Func<string, string, bool> test) : FilterRule
    {
        public override bool Matches(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text && test(text.GetString()!, expected);
    }

    private sealed class Constant(JsonValueKind kind) : FilterRule
    {
        public override bool Matches(JsonElement? value) => value?.ValueKind == kind;
    }

    private sealed class Exists(bool wanted) : FilterRule
    {
        public override bool Matches(JsonElement? value) => value.HasValue == wanted;
    }

    /// <summary>Matches a leaf that is present and matches none of the rules.</summary>
    private sealed class Not(FilterRule[] rules) : FilterRule
    {
        public override bool Matches(JsonElement? value) => value.HasValue && !Array.Exists(rules, rule => rule.Matches(value));
    }

    /// <summary>Matches a number by its text, so that 300, 300.0 and 3.0e2 do not match each other.</summary>
    private sealed class Written(string number, bool isTypedNumber) : FilterRule
    {
        public override bool Matches(JsonElement? value) => value switch
        {
            { ValueKind: JsonValueKind.Number } written => written.GetRawText() == number,
            { ValueKind: JsonValueKind.String } text => isTypedNumber && text.ValueEquals(number),
            _ => false,
        };
    }

    private sealed class Numeric((string Operator, decimal Bound)[] conditions, bool isTypedNumber) : FilterRule
    {
        public static Numeric Of(JsonElement value, bool isTypedNumber, string path)
        {
            var parts = value.EnumerateArray().ToArray();
            if (parts.Length is not (2 or 4))
                throw Refused();
            var conditions = parts.Chunk(2).Select(pair =>
                pair[0].ValueKind == JsonValueKind.String && pair[0].GetString() is "=" or "<" or "<=" or ">" or ">="
                && pair[1].ValueKind == JsonValueKind.Number && pair[1].TryGetDecimal(out var bound)
                    ? (pair[0].GetString()!, bound)
                    : throw Refused());
            return new Numeric([.. conditions], isTypedNumber);

            FilterPatternException Refused() => new($"{path}: numeric accepts one or two pairs of =, <, <=, > or >= and a number, not {value.GetRawText()}.");
        }

        public override bool Matches(JsonElement? value) => Number(value) is { } number && Array.TrueForAll(conditions, condition => condition.Operator switch
        {
            "=" => number == condition.Bound,
            "<" => number < condition.Bound,
            "<=" => number <= condition.Bound,
            ">" => number > condition.Bound,
            _ => number >= condition.Bound,
        });

        private decimal? Number(JsonElement? value) => value switch
        {
            { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var result) => result,
            { ValueKind: JsonValueKind.String } text when isTypedNumber
                && decimal.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var result) => result,
            _ => null,
        };
    }
}
