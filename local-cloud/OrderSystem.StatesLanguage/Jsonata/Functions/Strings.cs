using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions on strings. Lengths and positions are counted in code points.</summary>
internal static class Strings
{
    public static StatesValue? String(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } value ? Of(value, indented: arguments.Length > 1 && Values.IsTrue(arguments[1])) : null;

    public static StatesValue? Substring(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var runes = Runes(Values.Text(arguments[0]));
        var start = arguments[1] is null ? 0 : (int)Math.Clamp(Values.Number(arguments[1]), int.MinValue / 2, int.MaxValue / 2);
        if (runes.Length + start < 0)
            start = 0;
        var from = start < 0 ? runes.Length + start : Math.Min(start, runes.Length);
        if (arguments[2] is null)
            return Text(runes[from..]);
        var length = (int)Math.Clamp(Values.Number(arguments[2]), -1, int.MaxValue / 2);
        return length <= 0 ? "" : Text(runes[from..(int)Math.Min((long)from + length, runes.Length)]);
    }

    public static StatesValue? SubstringBefore(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
        var at = text.IndexOf(Values.Text(arguments[1] ?? ""), StringComparison.Ordinal);
        return at < 0 ? text : text[..at];
    }

    public static StatesValue? SubstringAfter(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
        var mark = Values.Text(arguments[1] ?? "");
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? text : text[(at + mark.Length)..];
    }

    public static StatesValue? Lowercase(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } text ? Values.Text(text).ToLowerInvariant() : null;

    public static StatesValue? Uppercase(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } text ? Values.Text(text).ToUpperInvariant() : null;

    public static StatesValue? Length(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } text ? Runes(Values.Text(text)).Length : null;

    public static StatesValue? Trim(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } text ? string.Join(' ', Values.Text(text).Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)) : null;

    public static StatesValue? Pad(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
        var wanted = arguments[1] is null ? 0 : Values.Number(arguments[1]);
        if (Math.Abs(wanted) > Values.LongestText)
            throw JsonataErrors.Create("U1001", ("message", "The string is too long: Check for excessive memory usage"));
        var width = (int)wanted;
        var fill = arguments[2] is StatesString { Value.Length: > 0 } given ? Runes(given.Value) : Runes(" ");
        var missing = Math.Abs(width) - Runes(text).Length;
        if (missing <= 0)
            return text;
        var padding = new StringBuilder(missing);
        for (var i = 0; i < missing; i++)
            padding.Append(fill[i % fill.Length]);
        return width > 0 ? text + padding : padding + text;
    }

    public static StatesValue? Join(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is null ? null : string.Join(Values.Text(arguments[1] ?? ""), Values.ItemsOrSelf(arguments[0]).Select(Values.Text));

    /// <summary>Converts a value to a string for concatenation; undefined becomes the empty string.</summary>
    public static string OfConcatenation(StatesValue? value) => value is null ? "" : Of(value);

    /// <summary>
    /// Implements <c>$string</c>: returns a string unchanged, and any other value as JSON text with at most 15 digits per
    /// number. A function becomes the empty string.
    /// </summary>
    /// <exception cref="JsonataException">The value contains a number that is infinite or NaN.</exception>
    public static string Of(StatesValue value, bool indented = false) => value switch
    {
        StatesString text => text.Value,
        FunctionValue => "",
        StatesNumber number when !double.IsFinite(number.Value) => throw JsonataErrors.Create("D3001", ("value", number.Value.ToString(CultureInfo.InvariantCulture))),
        Sequence { WrapsInput: true } wrapped => Of(wrapped.Items[0], indented),
        _ => Printable(value).ToJsonString(indented),
    };

    private static StatesValue Printable(StatesValue value)
    {
        switch (value)
        {
            case StatesNumber when Values.IsNumeric(value):
                return StatesNumber.Of(double.Parse(Values.Number(value).ToString("E14", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
            case FunctionValue:
                return "";
            case StatesArray or Sequence:
                return new StatesArray([.. Values.ItemsOrSelf(value).Select(Printable)]);
            case StatesObject properties:
                var builder = new StatesObjectBuilder(properties.Count);
                foreach (var (name, property) in properties)
                    builder.Set(name, Printable(property));
                return builder.Build();
            default:
                return value;
        }
    }

    /// <summary>Splits a string into code points. A lone surrogate counts as one code point.</summary>
    private static string[] Runes(string text)
    {
        List<string> runes = new(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            runes.Add(text.Substring(i, length));
            i += length - 1;
        }

        return [.. runes];
    }

    private static string Text(string[] runes) => string.Concat(runes);
}
