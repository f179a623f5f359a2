using System.Globalization;
using System.Text;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>
/// Formats and parses integers according to a picture such as <c>#,##0</c>, <c>I</c>, <c>a</c> or <c>Ww;o</c>, as in
/// XPath's format-integer.
/// </summary>
internal sealed class IntegerPicture
{
    private static readonly (int Value, string Numeral)[] Roman =
    [
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ];

    /// <summary>The digit zero in each script that has decimal digits in Unicode's Basic Multilingual Plane.</summary>
    private static readonly int[] Zeros =
    [
        0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20,
        0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
        0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    ];

    private readonly string _primary;
    private readonly bool _ordinal;
    private readonly List<(int Position, char Character)> _separators = [];
    private readonly int _zero = '0';

    private IntegerPicture(string primary, bool ordinal)
    {
        _primary = primary;
        _ordinal = ordinal;
        if (primary is "A" or "a" or "I" or "i" or "W" or "w" or "Ww")
            return;

        int? zero = null;
        var position = 0;
        foreach (var c in primary.Reverse())
        {
            if (Array.Find(Zeros, start => c >= start && c <= start + 9) is > 0 and var group)
            {
                if (zero is not null && zero != group)
                    throw JsonataErrors.Create("D3131");
                zero = group;
                MandatoryDigits++;
                position++;
            }
            else if (c == '#')
            {
                OptionalDigits++;
                position++;
            }
            else
            {
                _separators.Add((position, c));
            }
        }

        IsDecimal = MandatoryDigits > 0;
        _zero = zero ?? '0';
        RegularGroup = Regular();
    }

    /// <summary>Whether the picture uses digits rather than letters, numerals or words.</summary>
    public bool IsDecimal { get; }

    /// <summary>The minimum number of digits.</summary>
    public int MandatoryDigits { get; set; }

    /// <summary>The number of optional digits in the picture.</summary>
    public int OptionalDigits { get; }

    /// <summary>The number of digits to parse if no separator follows; null parses all digits.</summary>
    public int? Width { get; set; }

    /// <summary>The size of the digit groups if all groups have the same size; otherwise 0.</summary>
    public int RegularGroup { get; }

    /// <summary>The separator of the digit groups if all groups have the same size; otherwise null.</summary>
    public char? Separator => RegularGroup > 0 ? _separators[0].Character : null;

    /// <summary>Parses an integer picture.</summary>
    /// <exception cref="JsonataException">The picture mixes digits of several scripts.</exception>
    public static IntegerPicture Parse(string picture)
    {
        var semicolon = picture.LastIndexOf(';');
        return semicolon < 0
            ? new IntegerPicture(picture, ordinal: false)
            : new IntegerPicture(picture[..semicolon], picture.AsSpan(semicolon + 1).StartsWith("o", StringComparison.Ordinal));
    }

    /// <summary>Formats an integer.</summary>
    /// <exception cref="JsonataException">The picture's numbering sequence is not supported.</exception>
    public string Format(double value)
    {
        var absolute = Math.Abs(value);
        var text = _primary switch
        {
            "A" => Letters(absolute).ToUpperInvariant(),
            "a" => Letters(absolute),
            "I" => Numeral(absolute).ToUpperInvariant(),
            "i" => Numeral(absolute),
            "W" => NumberWords.Format(absolute, _ordinal).ToUpperInvariant(),
            "w" => NumberWords.Format(absolute, _ordinal).ToLowerInvariant(),
            "Ww" => NumberWords.Format(absolute, _ordinal),
            _ => IsDecimal ? Decimal(absolute) : throw Unsupported(),
        };
        return value < 0 ? "-" + text : text;
    }

    /// <summary>Returns a regular expression for the strings that <see cref="Read"/> accepts.</summary>
    /// <exception cref="JsonataException">The picture's numbering sequence is not supported.</exception>
    public string Pattern() => _primary switch
    {
        "A" or "a" => "[A-Za-z]+",
        "I" or "i" => "[MDCLXVImdclxvi]+",
        "W" or "w" or "Ww" => NumberWords.Pattern,
        _ => IsDecimal
            ? (Width is { } width ? $"[0-9]{{{width}}}" : "[0-9]+") + (_ordinal ? "(?:th|st|nd|rd)" : "")
            : throw Unsupported(),
    };

    /// <summary>Parses a string as an integer; returns NaN if it contains no integer.</summary>
    /// <inheritdoc cref="Pattern" path="/exception"/>
    public double Read(string text)
    {
        switch (_primary)
        {
            case "A" or "a":
                return text.ToLowerInvariant().Aggregate(0d, (sum, letter) => (sum * 26) + letter - 'a' + 1);
            case "I" or "i":
                return ReadNumeral(text.ToLowerInvariant());
            case "W" or "w" or "Ww":
                return NumberWords.Read(text);
        }

        if (!IsDecimal)
            throw Unsupported();
        var digits = _ordinal && text.Length > 2 ? text[..^2] : text;
        foreach (var (_, separator) in _separators)
            digits = digits.Replace(separator.ToString(), "", StringComparison.Ordinal);
        if (_zero != '0')
            digits = string.Concat(digits.Select(c => c >= _zero && c <= _zero + 9 ? (char)(c - _zero + '0') : c));
        return double.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
    }

    private JsonataException Unsupported() => JsonataErrors.Create("D3130", ("value", _primary));

    private string Decimal(double value)
    {
        var text = value.ToString("F0", CultureInfo.InvariantCulture).PadLeft(MandatoryDigits, '0');
        var result = new StringBuilder(_zero == '0' ? text : string.Concat(text.Select(digit => (char)(digit - '0' + _zero))));
        if (RegularGroup > 0)
        {
            for (var at = text.Length - RegularGroup; at > 0; at -= RegularGroup)
                result.Insert(at, _separators[0].Character);
        }
        else
        {
            foreach (var (position, character) in _separators.Where(separator => separator.Position < text.Length))
                result.Insert(text.Length - position, character);
        }

        return _ordinal ? result.Append(OrdinalSuffix(text)).ToString() : result.ToString();
    }

    private static string OrdinalSuffix(string digits)
    {
        if (digits.Length > 1 && digits[^2] == '1')
            return "th";
        return digits[^1] switch { '1' => "st", '2' => "nd", '3' => "rd", _ => "th" };
    }

    private static string Letters(double value)
    {
        var letters = new StringBuilder();
        for (; value > 0; value = Math.Floor((value - 1) / 26))
            letters.Insert(0, (char)('a' + (int)((value - 1) % 26)));
        return letters.ToString();
    }

    private static string Numeral(double value)
    {
        var numeral = new StringBuilder();
        foreach (var (worth, symbol) in Roman)
        {
            for (; value >= worth && numeral.Length < 1000; value -= worth)
                numeral.Append(symbol);
        }

        return numeral.ToString();
    }

    private static double ReadNumeral(string numeral)
    {
        double total = 0, largest = 1;
        foreach (var symbol in numeral.Reverse())
        {
            double value = symbol switch { 'm' => 1000, 'd' => 500, 'c' => 100, 'l' => 50, 'x' => 10, 'v' => 5, 'i' => 1, _ => 0 };
            if (value < largest)
            {
                total -= value;
            }
            else
            {
                largest = value;
                total += value;
            }
        }

        return total;
    }

    private int Regular()
    {
        if (_separators.Count == 0 || _separators.Exists(separator => separator.Character != _separators[0].Character))
            return 0;
        var size = _separators.Select(separator => separator.Position).Aggregate((a, b) => (int)System.Numerics.BigInteger.GreatestCommonDivisor(a, b));
        return Enumerable.Range(1, _separators.Count).All(i => _separators.Exists(separator => separator.Position == i * size)) ? size : 0;
    }
}
