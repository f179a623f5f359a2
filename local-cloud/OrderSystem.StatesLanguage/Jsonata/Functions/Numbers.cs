using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions on numbers.</summary>
internal static partial class Numbers
{
    private const int MostPlaces = 10_000;

    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const int LongestFraction = 52;

    public static StatesValue? Number(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        switch (arguments[0])
        {
            case null or StatesNumber:
                return arguments[0];
            case StatesBoolean truth:
                return truth.Value ? 1 : 0;
            case StatesString { Value: var text }:
                if (DecimalPattern().IsMatch(text) && double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var value && double.IsFinite(value))
                    return StatesNumber.Of(value);
                if (RadixPattern().IsMatch(text))
                    return OfRadix(text);
                break;
        }

        throw JsonataErrors.Create("D3030", ("value", arguments[0]), ("index", 1));
    }

    public static StatesValue? Floor(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Map(arguments, Math.Floor);

    public static StatesValue? Ceil(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Map(arguments, Math.Ceiling);

    public static StatesValue? Abs(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Map(arguments, Math.Abs);

    public static StatesValue? Round(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Map(arguments, value => Round(value, arguments[1] is null ? 0 : (int)Values.Number(arguments[1])));

    public static StatesValue? Sqrt(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Map(arguments, value => value >= 0
        ? Math.Sqrt(value)
        : throw JsonataErrors.Create("D3060", ("index", 1), ("value", value)));

    public static StatesValue? Power(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => Map(arguments, value =>
    {
        var result = Math.Pow(value, Values.Number(arguments[1] ?? 0));
        return double.IsFinite(result) ? result : throw JsonataErrors.Create("D3061", ("index", 1), ("value", value), ("exp", arguments[1]));
    });

    public static StatesValue? FormatNumber(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is null ? null : NumberPicture.Format(Values.Number(arguments[0]), Values.Text(arguments[1] ?? ""), arguments[2] as StatesObject);

    public static StatesValue? FormatInteger(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is null ? null : IntegerPicture.Parse(Values.Text(arguments[1] ?? "")).Format(Math.Floor(Values.Number(arguments[0])));

    public static StatesValue? ParseInteger(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is null ? null : Values.OfNumber(IntegerPicture.Parse(Values.Text(arguments[1] ?? "")).Read(Values.Text(arguments[0])));

    public static StatesValue? FormatBase(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var radix = arguments[1] is null ? 10 : Round(Values.Number(arguments[1]), 0);
        if (radix is < 2 or > 36)
            throw JsonataErrors.Create("D3100", ("value", radix));
        var value = Round(Values.Number(arguments[0]), 0);
        if (value == 0)
            return "0";
        var text = new StringBuilder();
        for (var left = Math.Abs(value); left >= 1 && text.Length < 1100; left = Math.Floor(left / radix))
            text.Insert(0, Digits[(int)(left % radix)]);
        return value < 0 ? "-" + text : text.ToString();
    }

    /// <summary>
    /// Rounds to a number of decimal places or, if the precision is negative, to tens, hundreds and so on. Halves are
    /// rounded to the even neighbour. Returns NaN if the value is not finite.
    /// </summary>
    public static double Round(double value, int precision)
    {
        precision = Math.Clamp(precision, -MostPlaces, MostPlaces);
        var shifted = Shift(value, precision);
        var rounded = Math.Round(shifted, MidpointRounding.ToEven);
        var result = Shift(rounded, -precision);
        return result == 0 ? 0 : result;
    }

    /// <summary>Moves the decimal point in the number's text, because multiplying could round the number.</summary>
    private static double Shift(double value, int places)
    {
        if (places == 0)
            return value;
        if (!double.IsFinite(value))
            return double.NaN;
        var parts = value.ToString("E16", CultureInfo.InvariantCulture) is var exact && double.Parse(exact, CultureInfo.InvariantCulture) == value
            ? value.ToString("R", CultureInfo.InvariantCulture).Split('E')
            : exact.Split('E');
        var exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return double.Parse(string.Create(CultureInfo.InvariantCulture, $"{parts[0]}E{exponent + places}"), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Formats the absolute value with exactly the given number of decimal places.</summary>
    public static string Fixed(double value, int decimals) =>
        Math.Abs(value).ToString("F" + Math.Min(decimals, LongestFraction).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static StatesValue? Map(StatesValue?[] arguments, Func<double, double> function) =>
        arguments[0] is { } value ? Values.OfNumber(function(Values.Number(value))) : null;

    private static StatesValue OfRadix(string text)
    {
        var radix = char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'o' => 8, _ => 2 };
        var value = 0d;
        foreach (var c in text.AsSpan(2))
            value = (value * radix) + Digits.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
        return Values.OfNumber(value);
    }

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DecimalPattern();

    [GeneratedRegex("^(0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RadixPattern();
}
