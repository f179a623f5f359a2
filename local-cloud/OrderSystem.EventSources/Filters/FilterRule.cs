using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderSystem.EventSources.Filters;

/// <summary>
/// One rule in a leaf of a filter pattern: an exact value or an operator. Lambda Developer Guide: "Filter rule syntax".
/// </summary>
internal abstract class FilterRule
{
    /// <summary>Returns whether the rule matches a leaf of the event. A null value means that the leaf is absent.</summary>
    public abstract bool Matches(JsonElement? value);

    /// <param name="rule">The rule, as JSON.</param>
    /// <param name="path">The location of the rule, for error messages.</param>
    /// <exception cref="FilterPatternException">The rule is invalid.</exception>
    public static FilterRule Parse(JsonElement rule, string path) => rule.ValueKind switch
    {
        JsonValueKind.String => new Text(rule.GetString()!, string.Equals),
        JsonValueKind.Number => new Number(rule),
        JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null => new Constant(rule.ValueKind),
        JsonValueKind.Object when rule.EnumerateObject().Count() == 1 => Operator(rule.EnumerateObject().First(), path),
        _ => throw new FilterPatternException($"{path}: {rule.GetRawText()} is not a valid rule."),
    };

    private static FilterRule Operator(JsonProperty @operator, string path) => (@operator.Name, @operator.Value.ValueKind) switch
    {
        ("exists", JsonValueKind.True or JsonValueKind.False) => new Exists(@operator.Value.GetBoolean()),
        ("prefix", JsonValueKind.Object) => Affix(@operator.Value, path, (value, affix) => value.StartsWith(affix, StringComparison.OrdinalIgnoreCase)),
        ("suffix", JsonValueKind.Object) => Affix(@operator.Value, path, (value, affix) => value.EndsWith(affix, StringComparison.OrdinalIgnoreCase)),
        ("prefix", JsonValueKind.String) => new Text(@operator.Value.GetString()!, (value, prefix) => value.StartsWith(prefix, StringComparison.Ordinal)),
        ("suffix", JsonValueKind.String) => new Text(@operator.Value.GetString()!, (value, suffix) => value.EndsWith(suffix, StringComparison.Ordinal)),
        ("equals-ignore-case", JsonValueKind.String) => new Text(@operator.Value.GetString()!, (value, other) => string.Equals(value, other, StringComparison.OrdinalIgnoreCase)),
        ("numeric", JsonValueKind.Array) => Numeric.Of(@operator.Value, path),
        ("wildcard", JsonValueKind.String) => new Wildcard(@operator.Value.GetString()!, path),
        ("cidr", JsonValueKind.String) => new Cidr(@operator.Value.GetString()!, path),
        ("anything-but", _) => AnythingBut(@operator.Value, path),
        _ => throw new FilterPatternException($"{path}: unknown operator {@operator}. The operators are exists, prefix, suffix, equals-ignore-case, wildcard, cidr, numeric and anything-but."),
    };

    private static Text Affix(JsonElement value, string path, Func<string, string, bool> test) =>
        value.TryGetProperty("equals-ignore-case", out var text) && text.ValueKind == JsonValueKind.String
            ? new Text(text.GetString()!, test)
            : throw new FilterPatternException($"{path}: {value.GetRawText()} must be a string, or an object with equals-ignore-case.");

    private static Not AnythingBut(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Array when value.GetArrayLength() > 0 && value.EnumerateArray().All(IsScalar) => new Not([.. value.EnumerateArray().Select(item => Parse(item, path))]),
        JsonValueKind.String or JsonValueKind.Number => new Not([Parse(value, path)]),
        JsonValueKind.Object when value.EnumerateObject().Count() == 1 && value.EnumerateObject().First() is { Name: "prefix" or "suffix" or "equals-ignore-case" or "wildcard" } inner =>
            new Not(inner.Value.ValueKind == JsonValueKind.Array ? [.. inner.Value.EnumerateArray().Select(item => Excluded(inner.Name, item, path))] : [Excluded(inner.Name, inner.Value, path)]),
        _ => throw new FilterPatternException($"{path}: anything-but accepts strings, numbers, or an object with prefix, suffix, equals-ignore-case or wildcard."),
    };

    private static FilterRule Excluded(string name, JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.String)
            throw new FilterPatternException($"{path}: {name} accepts strings, not {item.GetRawText()}.");
        var text = item.GetString()!;
        if (name is "prefix" or "suffix" && text.Length == 0)
            throw new FilterPatternException($"{path}: {name} in anything-but must not be empty.");
        return name switch
        {
            "prefix" => new Text(text, (value, other) => value.StartsWith(other, StringComparison.Ordinal)),
            "suffix" => new Text(text, (value, other) => value.EndsWith(other, StringComparison.Ordinal)),
            "wildcard" => new Wildcard(text, path),
            _ => new Text(text, (value, other) => string.Equals(value, other, StringComparison.OrdinalIgnoreCase)),
        };
    }

    private static bool IsScalar(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number;

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

    /// <summary>Matches a number by its value: 300, 300.0 and 3.0e2 are equal. A number in a string, as in DynamoDB's <c>N</c>, does not match.</summary>
    private sealed class Number(JsonElement expected) : FilterRule
    {
        private readonly string _text = expected.GetRawText();
        private readonly decimal? _value = expected.TryGetDecimal(out var value) ? value : null;

        public override bool Matches(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } number
            && (_value is { } wanted && number.TryGetDecimal(out var found) ? found == wanted : number.GetRawText() == _text);
    }

    /// <summary>Matches a string by a pattern in which <c>*</c> stands for any characters.</summary>
    private sealed class Wildcard : FilterRule
    {
        /// <summary>
        /// The maximum number of wildcards in one pattern that are followed by the same character. EventBridge rejects
        /// more complex patterns.
        /// </summary>
        private const int MaximumRepetition = 4;

        private readonly Regex _regex;

        public Wildcard(string pattern, string path)
        {
            var regex = new StringBuilder("^");
            var following = new Dictionary<char, int>();
            for (var i = 0; i < pattern.Length; i++)
            {
                var isEscaped = pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] is '*' or '\\';
                if (pattern[i] == '*' && i + 1 < pattern.Length)
                {
                    following[pattern[i + 1]] = following.GetValueOrDefault(pattern[i + 1]) + 1;
                    if (pattern[i + 1] == '*')
                        throw new FilterPatternException($"{path}: the wildcard pattern {pattern} has consecutive wildcard characters.");
                }

                regex.Append(pattern[i] == '*' ? ".*" : Regex.Escape(pattern[isEscaped ? ++i : i].ToString()));
            }

            if (following.Values.Any(count => count > MaximumRepetition))
                throw new FilterPatternException($"{path}: the wildcard pattern {pattern} is too complex. Use fewer wildcard characters, or follow them with different characters.");
            _regex = new Regex(regex.Append("\\z").ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }

        public override bool Matches(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text && _regex.IsMatch(text.GetString()!);
    }

    /// <summary>Matches an IP address that lies within a block of addresses, such as <c>10.0.0.0/24</c>.</summary>
    private sealed class Cidr : FilterRule
    {
        private readonly IPNetwork _block;

        public Cidr(string block, string path)
        {
            if (block.Split('/') is not [var address, var length]
                || !IPAddress.TryParse(address, out var parsed)
                || !int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
                || prefix > (parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
                throw new FilterPatternException($"{path}: cidr accepts an IP address, a slash and a prefix length, not {block}.");
            _block = new IPNetwork(Masked(parsed, prefix), prefix);
        }

        public override bool Matches(JsonElement? value) =>
            value is { ValueKind: JsonValueKind.String } text && IPAddress.TryParse(text.GetString(), out var address) && _block.Contains(address);

        private static IPAddress Masked(IPAddress address, int prefix)
        {
            var bytes = address.GetAddressBytes();
            for (var bit = prefix; bit < bytes.Length * 8; bit++)
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            return new IPAddress(bytes);
        }
    }

    private sealed class Numeric((string Operator, decimal Bound)[] conditions) : FilterRule
    {
        public static Numeric Of(JsonElement value, string path)
        {
            var parts = value.EnumerateArray().ToArray();
            if (parts.Length is not (2 or 4))
                throw Refused();
            var conditions = parts.Chunk(2).Select(pair =>
                pair[0].ValueKind == JsonValueKind.String && pair[0].GetString() is "=" or "<" or "<=" or ">" or ">="
                && pair[1].ValueKind == JsonValueKind.Number && pair[1].TryGetDecimal(out var bound)
                    ? (Operator: pair[0].GetString()!, Bound: bound)
                    : throw Refused()).ToArray();
            // A range must consist of a lower bound followed by a higher upper bound.
            if (conditions is [var lower, var upper] && !(lower.Operator.StartsWith('>') && upper.Operator.StartsWith('<') && lower.Bound < upper.Bound))
                throw Refused();
            return new Numeric(conditions);

            FilterPatternException Refused() => new($"{path}: numeric accepts =, <, <=, > or >= with a number, or a lower and a higher upper bound such as [\">\", 0, \"<=\", 5], not {value.GetRawText()}.");
        }

        public override bool Matches(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } leaf && leaf.TryGetDecimal(out var number)
            && Array.TrueForAll(conditions, condition => condition.Operator switch
            {
                "=" => number == condition.Bound,
                "<" => number < condition.Bound,
                "<=" => number <= condition.Bound,
                ">" => number > condition.Bound,
                _ => number >= condition.Bound,
            });
    }
}
