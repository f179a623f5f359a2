using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>JSONata functions that convert between strings and times in milliseconds since the Unix epoch.</summary>
internal static partial class DatesAndTimes
{
    private const double LargestInstant = 253402300799999;
    private const double SmallestInstant = -62135596800000;

    public static StatesValue? Now(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        Format(evaluator.Now.ToUnixTimeMilliseconds(), arguments[0], arguments[1]);

    public static StatesValue? Millis(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) => evaluator.Now.ToUnixTimeMilliseconds();

    public static StatesValue? FromMillis(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope) =>
        arguments[0] is { } millis ? Format(Values.Number(millis), arguments[1], arguments[2]) : null;

    public static StatesValue? ToMillis(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
        if (arguments[1] is not null)
            return DateParsing.Parse(text, DatePicture.Parse(Values.Text(arguments[1])), evaluator.Now);
        if (!Iso8601().IsMatch(text)
            || !DateTimeOffset.TryParse(Complete(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            throw JsonataErrors.Create("D3110", ("value", arguments[0]));
        }

        return instant.ToUnixTimeMilliseconds();
    }

    /// <summary>Returns a component of a date as a number.</summary>
    public static int Component(DateTime date, char component)
    {
        // A week belongs to the year and month that contain its Thursday.
        var thursday = date.Date.AddDays(4 - DayOfWeek(date));
        return component switch
        {
            'Y' => date.Year,
            'M' => date.Month,
            'D' => date.Day,
            'd' => date.DayOfYear,
            'F' => DayOfWeek(date),
            'W' => ((thursday.DayOfYear - 1) / 7) + 1,
            'w' => ((thursday.Day - 1) / 7) + 1,
            'X' => thursday.Year,
            'x' => thursday.Month,
            'H' => date.Hour,
            'h' => date.Hour % 12 == 0 ? 12 : date.Hour % 12,
            'm' => date.Minute,
            's' => date.Second,
            'f' => date.Millisecond,
            _ => 0,
        };
    }

    private static int DayOfWeek(DateTime date) => date.DayOfWeek == System.DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek;

    private static string Format(double millis, StatesValue? picture, StatesValue? timezone)
    {
        if (millis is < SmallestInstant or > LargestInstant)
            throw JsonataErrors.Create("D1001", ("value", millis));
        var offset = TimeSpan.Zero;
        if (timezone is StatesString { Value: var zone } && int.TryParse(zone, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hundreds))
            offset = new TimeSpan(hundreds / 100, hundreds % 100, 0);
        var date = DateTime.UnixEpoch.AddMilliseconds(Math.Floor(millis)).Add(offset);
        var result = new StringBuilder();
        foreach (var part in (picture is StatesString { Value: var text } ? DatePicture.Parse(text) : DatePicture.Iso8601).Parts)
            result.Append(part.Literal ?? Format(part, date, offset));
        return result.ToString();
    }

    private static string Format(DatePart part, DateTime date, TimeSpan offset)
    {
        switch (part.Component)
        {
            case 'P':
                return Cased(date.Hour >= 12 ? "pm" : "am", part.Names ?? NameCase.Lower);
            case 'C' or 'E':
                return "ISO";
            case 'Z' or 'z':
                return Zone(part, offset);
        }

        var value = Component(date, part.Component);
        if (part.Names is { } names)
        {
            var name = part.Component switch
            {
                'M' or 'x' => DatePicture.Months[value - 1],
                'F' => DatePicture.Days[value - 1],
                _ => throw JsonataErrors.Create("D3133", ("value", part.Component.ToString())),
            };
            name = Cased(name, names);
            return part.MaximumWidth < name.Length ? name[..part.MaximumWidth.Value] : name;
        }

        return part.Number.Format(part.YearDigits is { } digits and < 10 ? value % (int)Math.Pow(10, digits) : value);
    }

    private static string Cased(string name, NameCase names) => names switch
    {
        NameCase.Lower => name.ToLowerInvariant(),
        NameCase.Upper => name.ToUpperInvariant(),
        _ => name,
    };

    private static string Zone(DatePart part, TimeSpan offset)
    {
        if (offset == TimeSpan.Zero && part.ZeroAsZ)
            return "Z";
        var picture = part.Number;
        var hundreds = (offset.Hours * 100) + offset.Minutes;
        string text;
        if (picture.RegularGroup > 0 || picture.MandatoryDigits is 3 or 4)
        {
            text = picture.Format(hundreds);
        }
        else if (picture.MandatoryDigits is 1 or 2)
        {
            text = picture.Format(offset.Hours);
            if (offset.Minutes != 0)
                text += ":" + Math.Abs(offset.Minutes).ToString("00", CultureInfo.InvariantCulture);
        }
        else
        {
            throw JsonataErrors.Create("D3134", ("value", picture.MandatoryDigits));
        }

        return (part.Component == 'z' ? "GMT" : "") + (hundreds >= 0 ? "+" : "") + text;
    }

    /// <summary>
    /// Adds a missing month and day to a date, and drops all but seven fractional digits of a second, because .NET does not
    /// parse incomplete dates or longer fractions.
    /// </summary>
    private static string Complete(string text)
    {
        var complete = text.Length == 4 ? text + "-01-01" : text.Length == 7 ? text + "-01" : text;
        return FractionBeyondTicks().Replace(complete, "${ticks}");
    }

    [GeneratedRegex(@"^\d{4}(-[01]\d)*(-[0-3]\d)*(T[0-2]\d:[0-5]\d:[0-5]\d)*(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Iso8601();

    [GeneratedRegex(@"(?<ticks>\.\d{7})\d+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FractionBeyondTicks();
}
