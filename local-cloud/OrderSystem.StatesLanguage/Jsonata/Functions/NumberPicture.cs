using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>Formats numbers according to a picture such as <c>#,##0.00</c>, as in XPath's format-number.</summary>
internal sealed class NumberPicture
{
    private readonly string _decimalSeparator;
    private readonly string _groupingSeparator;
    private readonly string _exponentSeparator;
    private readonly string _minusSign;
    private readonly string _percent;
    private readonly string _perMille;
    private readonly string _optionalDigit;
    private readonly string _patternSeparator;
    private readonly char _zero;

    private NumberPicture(StatesObject? options)
    {
        _decimalSeparator = Option("decimal-separator", ".");
        _groupingSeparator = Option("grouping-separator", ",");
        _exponentSeparator = Option("exponent-separator", "e");
        _minusSign = Option("minus-sign", "-");
        _percent = Option("percent", "%");
        _perMille = Option("per-mille", "‰");
        _optionalDigit = Option("digit", "#");
        _patternSeparator = Option("pattern-separator", ";");
        _zero = Option("zero-digit", "0")[0];

        string Option(string name, string otherwise) => options?[name] is StatesString { Value.Length: > 0 } given ? given.Value : otherwise;
    }

    /// <summary>Formats a number according to a picture.</summary>
    /// <exception cref="JsonataException">The picture is malformed.</exception>
    public static string Format(double value, string picture, StatesObject? options)
    {
        var format = new NumberPicture(options);
        var parts = picture.Split(format._patternSeparator);
        if (parts.Length > 2)
            throw JsonataErrors.Create("D3080");
        var positive = format.Analyse(parts[0]);
        if (value >= 0)
            return format.Apply(positive, value);
        return parts.Length == 2
            ? format.Apply(format.Analyse(parts[1]), value)
            : format.Apply(positive with { Prefix = format._minusSign + positive.Prefix }, value);
    }

    private bool IsDigit(char c) => c >= _zero && c <= _zero + 9;

    private bool IsActive(char c) =>
        IsDigit(c) || Is(c, _decimalSeparator) || Is(c, _exponentSeparator) || Is(c, _groupingSeparator) || Is(c, _optionalDigit) || Is(c, _patternSeparator);

    private bool IsAnyDigit(char c) => IsDigit(c) || Is(c, _optionalDigit);

    private static bool Is(char c, string symbol) => symbol.Length == 1 && symbol[0] == c;

    private Analysis Analyse(string picture)
    {
        var first = Find(picture, c => IsActive(c) && !Is(c, _exponentSeparator));
        var last = FindLast(picture, c => IsActive(c) && !Is(c, _exponentSeparator));
        var prefix = first < 0 ? picture : picture[..first];
        var suffix = first < 0 ? "" : picture[(last + 1)..];
        var active = first < 0 ? picture : picture[first..(last + 1)];
        var exponentAt = active.IndexOf(_exponentSeparator, StringComparison.Ordinal);
        var mantissa = exponentAt < 0 ? active : active[..exponentAt];
        var exponent = exponentAt < 0 ? null : active[(exponentAt + _exponentSeparator.Length)..];
        var decimalAt = mantissa.IndexOf(_decimalSeparator, StringComparison.Ordinal);
        var integer = decimalAt < 0 ? mantissa : mantissa[..decimalAt];
        var fraction = decimalAt < 0 ? "" : mantissa[(decimalAt + 1)..];
        Check(picture, active, mantissa, integer, fraction, exponent, decimalAt);

        var minimumInteger = integer.Count(IsDigit);
        var scaling = minimumInteger;
        var minimumFraction = fraction.Count(IsDigit);
        var maximumFraction = fraction.Count(IsAnyDigit);
        if (minimumInteger == 0 && maximumFraction == 0)
        {
            if (exponent is null)
                minimumInteger = 1;
            else
                minimumFraction = maximumFraction = 1;
        }

        if (exponent is not null && minimumInteger == 0 && integer.Contains(_optionalDigit, StringComparison.Ordinal))
            minimumInteger = 1;
        if (minimumInteger == 0 && minimumFraction == 0)
            minimumFraction = 1;
        return new Analysis(
            prefix, suffix, picture, scaling, minimumInteger, minimumFraction, maximumFraction,
            exponent?.Count(IsDigit) ?? 0, GroupsFromRight(integer), GroupsFromLeft(fraction));
    }

    /// <summary>
    /// Validates the picture. If the picture has several errors, reports the last one, as the reference implementation
    /// does.
    /// </summary>
    private void Check(string picture, string active, string mantissa, string integer, string fraction, string? exponent, int decimalAt)
    {
        var hasPercent = picture.Contains(_percent, StringComparison.Ordinal);
        var hasPerMille = picture.Contains(_perMille, StringComparison.Ordinal);
        var optionalInteger = integer.LastIndexOf(_optionalDigit, StringComparison.Ordinal);
        var optionalFraction = fraction.IndexOf(_optionalDigit, StringComparison.Ordinal);
        ReadOnlySpan<(string Code, bool IsBroken)> rules =
        [
            ("D3081", Count(picture, _decimalSeparator) > 1),
            ("D3082", Count(picture, _percent) > 1),
            ("D3083", Count(picture, _perMille) > 1),
            ("D3084", hasPercent && hasPerMille),
            ("D3085", !mantissa.Any(IsAnyDigit)),
            ("D3086", !active.All(IsActive)),
            ("D3087", decimalAt >= 0 && (integer.EndsWith(_groupingSeparator, StringComparison.Ordinal) || fraction.StartsWith(_groupingSeparator, StringComparison.Ordinal))),
            ("D3088", decimalAt < 0 && integer.EndsWith(_groupingSeparator, StringComparison.Ordinal)),
            ("D3089", picture.Contains(_groupingSeparator + _groupingSeparator, StringComparison.Ordinal)),
            ("D3090", optionalInteger >= 0 && integer[..optionalInteger].Any(IsDigit)),
            ("D3091", optionalFraction >= 0 && fraction[optionalFraction..].Any(IsDigit)),
            ("D3092", exponent is { Length: > 0 } && (hasPercent || hasPerMille)),
            ("D3093", exponent is not null && (exponent.Length == 0 || !exponent.All(IsDigit))),
        ];
        for (var i = rules.Length - 1; i >= 0; i--)
        {
            if (rules[i].IsBroken)
                throw JsonataErrors.Create(rules[i].Code);
        }
    }

    private string Apply(Analysis picture, double value)
    {
        var adjusted = value;
        if (picture.Text.Contains(_percent, StringComparison.Ordinal))
            adjusted *= 100;
        else if (picture.Text.Contains(_perMille, StringComparison.Ordinal))
            adjusted *= 1000;

        var exponent = 0;
        if (picture.MinimumExponent > 0 && adjusted != 0)
        {
            var (largest, smallest) = (Math.Pow(10, picture.Scaling), Math.Pow(10, picture.Scaling - 1));
            for (; Math.Abs(adjusted) < smallest; exponent--)
                adjusted *= 10;
            for (; Math.Abs(adjusted) > largest; exponent++)
                adjusted /= 10;
        }

        var digits = Numbers.Fixed(Numbers.Round(adjusted, picture.MaximumFraction), picture.MaximumFraction).Split('.');
        var integer = digits[0].TrimStart('0').PadLeft(picture.MinimumInteger, '0');
        var fraction = (digits.Length > 1 ? digits[1] : "").TrimEnd('0').PadRight(picture.MinimumFraction, '0');

        var result = new StringBuilder(picture.Prefix);
        result.Append(GroupInteger(Localize(integer), picture.IntegerGroups));
        if (fraction.Length > 0)
            result.Append(_decimalSeparator).Append(GroupFraction(Localize(fraction), picture.FractionGroups));
        if (picture.MinimumExponent > 0)
        {
            result.Append(_exponentSeparator).Append(exponent < 0 ? _minusSign : "");
            result.Append(Localize(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(picture.MinimumExponent, '0')));
        }

        return result.Append(picture.Suffix).ToString();
    }

    private string Localize(string digits) => _zero == '0' ? digits : string.Concat(digits.Select(digit => (char)(digit - '0' + _zero)));

    private string GroupInteger(string digits, List<int> positions)
    {
        var regular = Regular(positions);
        var result = new StringBuilder(digits);
        if (regular > 0)
        {
            for (var at = digits.Length - regular; at > 0; at -= regular)
                result.Insert(at, _groupingSeparator);
            return result.ToString();
        }

        foreach (var position in positions.Order().Where(position => position < digits.Length))
            result.Insert(digits.Length - position, _groupingSeparator);
        return result.ToString();
    }

    private string GroupFraction(string digits, List<int> positions)
    {
        var result = new StringBuilder(digits);
        foreach (var position in positions.OrderDescending().Where(position => position < digits.Length))
            result.Insert(position, _groupingSeparator);
        return result.ToString();
    }

    private List<int> GroupsFromRight(string part) => Groups(part, (text, at) => text[(at + 1)..].Count(IsAnyDigit));

    private List<int> GroupsFromLeft(string part) => Groups(part, (text, at) => text[..at].Count(IsAnyDigit));

    private List<int> Groups(string part, Func<string, int, int> position)
    {
        List<int> positions = [];
        for (var at = part.IndexOf(_groupingSeparator, StringComparison.Ordinal); at >= 0; at = part.IndexOf(_groupingSeparator, at + 1, StringComparison.Ordinal))
            positions.Add(position(part, at));
        return positions;
    }

    /// <summary>Returns the size of the digit groups if all groups have the same size; otherwise 0.</summary>
    private static int Regular(List<int> positions)
    {
        if (positions.Count == 0)
            return 0;
        var size = positions.Aggregate((a, b) => (int)System.Numerics.BigInteger.GreatestCommonDivisor(a, b));
        return Enumerable.Range(1, positions.Count).All(i => positions.Contains(i * size)) ? size : 0;
    }

    private static int Find(string text, Func<char, bool> match)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (match(text[i]))
                return i;
        }

        return -1;
    }

    private static int FindLast(string text, Func<char, bool> match)
    {
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (match(text[i]))
                return i;
        }

        return -1;
    }

    private static int Count(string text, string symbol) => text.Split(symbol).Length - 1;

    private sealed record Analysis(
        string Prefix, string Suffix, string Text, int Scaling, int MinimumInteger, int MinimumFraction, int MaximumFraction,
        int MinimumExponent, List<int> IntegerGroups, List<int> FractionGroups);
}
