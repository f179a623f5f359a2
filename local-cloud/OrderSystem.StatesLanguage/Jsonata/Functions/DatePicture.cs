using System.Globalization;
using System.Text;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>The letter case in which a name is written.</summary>
internal enum NameCase
{
    Lower,
    Upper,
    Title,
}

/// <summary>A part of a date/time picture: literal text, or a date component with its format.</summary>
internal sealed class DatePart
{
    public string? Literal { get; init; }

    public char Component { get; init; }

    public NameCase? Names { get; init; }

    public IntegerPicture? Integer { get; init; }

    /// <summary>The number format of the component. Throws if the component is not written as a number.</summary>
    public IntegerPicture Number => Integer ?? throw new InvalidOperationException($"Component {Component} is not written as a number.");

    /// <summary>Whether an offset of zero is written as <c>Z</c>.</summary>
    public bool ZeroAsZ { get; init; }

    public int? MaximumWidth { get; init; }

    /// <summary>The number of digits of the year to write; null writes all digits.</summary>
    public int? YearDigits { get; init; }
}

/// <summary>A date/time picture such as <c>[Y0001]-[M01]-[D01]</c>, as in XPath's format-dateTime.</summary>
internal sealed class DatePicture
{
    private const string IntegerComponents = "YMDdFWwXxHhmsf";

    public static readonly DatePicture Iso8601 = Parse("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]");

    public static readonly string[] Months = CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12];

    /// <summary>The names of the days of the week, starting with Monday.</summary>
    public static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private DatePicture(List<DatePart> parts) => Parts = parts;

    public IReadOnlyList<DatePart> Parts { get; }

    /// <summary>Parses a date/time picture.</summary>
    /// <exception cref="JsonataException">The picture is malformed.</exception>
    public static DatePicture Parse(string picture)
    {
        List<DatePart> parts = [];
        var literal = new StringBuilder();
        for (var i = 0; i < picture.Length; i++)
        {
            if (picture[i] != '[' || (i + 1 < picture.Length && picture[i + 1] == '['))
            {
                literal.Append(picture[i]);
                if (picture[i] is '[' || (picture[i] == ']' && i + 1 < picture.Length && picture[i + 1] == ']'))
                    i++;
                continue;
            }

            if (literal.Length > 0)
                parts.Add(new DatePart { Literal = literal.ToString() });
            literal.Clear();
            var end = picture.IndexOf(']', i);
            if (end < 0)
                throw JsonataErrors.Create("D3135");
            var marker = string.Concat(picture[(i + 1)..end].Where(c => !char.IsWhiteSpace(c)));
            parts.Add(Marker(marker, parts.Count > 0 ? parts[^1] : null));
            i = end;
        }

        if (literal.Length > 0)
            parts.Add(new DatePart { Literal = literal.ToString() });
        return new DatePicture(parts);
    }

    private static DatePart Marker(string marker, DatePart? before)
    {
        var component = marker.Length > 0 ? marker[0] : ' ';
        var comma = marker.LastIndexOf(',');
        var (minimum, maximum) = comma < 0 ? (null, null) : Width(marker[(comma + 1)..]);
        var presentation = marker.Length == 0 ? "" : comma < 0 ? marker[1..] : marker[1..comma];
        char? modifier = null;
        if (presentation.Length > 1 && "atco".Contains(presentation[^1], StringComparison.Ordinal))
        {
            modifier = presentation[^1];
            presentation = presentation[..^1];
        }

        if (presentation.Length == 0)
            presentation = Default(component) ?? throw JsonataErrors.Create("D3132", ("value", component == ' ' ? "" : component.ToString()));
        if (presentation[0] is 'n' or 'N')
        {
            var names = presentation[0] == 'n' ? NameCase.Lower : presentation.Length > 1 && presentation[1] == 'n' ? NameCase.Title : NameCase.Upper;
            return new DatePart { Component = component, Names = names, MaximumWidth = maximum };
        }

        if (component is 'Z' or 'z')
            return new DatePart { Component = component, Integer = IntegerPicture.Parse(presentation), ZeroAsZ = modifier == 't' };
        if (!IntegerComponents.Contains(component, StringComparison.Ordinal))
        {
            return Default(component) is null
                ? throw JsonataErrors.Create("D3132", ("value", component.ToString()))
                : new DatePart { Component = component };
        }

        var integer = IntegerPicture.Parse(modifier is null ? presentation : $"{presentation};{modifier}");
        if (minimum > integer.MandatoryDigits)
            integer.MandatoryDigits = minimum.Value;
        int? yearDigits = null;
        if (component == 'Y')
        {
            if (maximum is { } most)
                integer.MandatoryDigits = most;
            var shown = integer.MandatoryDigits + integer.OptionalDigits;
            yearDigits = maximum ?? (shown >= 2 ? shown : null);
        }

        // If no separator follows the previous number, parsing can find its end only by a fixed number of digits.
        if (before?.Integer is { } neighbour && before.Component is not ('Z' or 'z'))
            neighbour.Width = neighbour.MandatoryDigits;
        return new DatePart { Component = component, Integer = integer, MaximumWidth = maximum, YearDigits = yearDigits };
    }

    private static (int? Minimum, int? Maximum) Width(string text)
    {
        var bounds = text.Split('-', 2);
        return (Bound(bounds[0]), bounds.Length > 1 ? Bound(bounds[1]) : null);

        static int? Bound(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : null;
    }

    private static string? Default(char component) => component switch
    {
        'm' or 's' => "01",
        'Z' or 'z' => "01:01",
        'F' or 'P' or 'C' or 'E' => "n",
        'Y' or 'M' or 'D' or 'd' or 'W' or 'w' or 'X' or 'x' or 'H' or 'h' or 'f' => "1",
        _ => null,
    };
}
