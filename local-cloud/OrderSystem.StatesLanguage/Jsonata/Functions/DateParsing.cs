using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>
/// Parses a time according to a date/time picture. If the picture omits the largest components, such as the year, those
/// components are taken from the current time.
/// </summary>
internal static class DateParsing
{
    /// <summary>Returns the time in Unix milliseconds; null if the text does not match the picture.</summary>
    /// <exception cref="JsonataException">The components of the picture are not sufficient to determine a date.</exception>
    public static StatesValue? Parse(string text, DatePicture picture, DateTimeOffset now)
    {
        var pattern = new StringBuilder("^");
        foreach (var part in picture.Parts)
            pattern.Append('(').Append(Pattern(part)).Append(')');
        var match = Regex.Match(text, pattern.Append('$').ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        if (!match.Success)
            return null;

        Dictionary<char, double> components = [];
        for (var i = 0; i < picture.Parts.Count; i++)
        {
            if (picture.Parts[i].Literal is null && Read(picture.Parts[i], match.Groups[i + 1].Value) is { } value)
                components[picture.Parts[i].Component] = value;
        }

        return components.Count == 0 ? null : Instant(components, now);
    }

    private static double Instant(Dictionary<char, double> components, DateTimeOffset now)
    {
        var isDayOfYear = components.ContainsKey('d') && !components.ContainsKey('M') && !components.ContainsKey('D');
        if (components.ContainsKey('X') || components.ContainsKey('x') || components.ContainsKey('W') || components.ContainsKey('w'))
            throw JsonataErrors.Create("D3136");
        var isHalfDay = components.ContainsKey('P') || components.ContainsKey('h');

        var started = false;
        var ended = false;
        foreach (var component in (isDayOfYear ? "Yd" : "YMD") + (isHalfDay ? "Phmsf" : "Hmsf"))
        {
            if (components.ContainsKey(component))
            {
                started = true;
                if (ended)
                    throw JsonataErrors.Create("D3136");
            }
            else if (started)
            {
                components[component] = component is 'M' or 'D' or 'd' ? 1 : 0;
                ended = true;
            }
            else
            {
                components[component] = component == 'P' ? now.Hour / 12 : DatesAndTimes.Component(now.UtcDateTime, component);
            }
        }

        var hour = isHalfDay ? (components['h'] % 12) + (components['P'] * 12) : components['H'];
        try
        {
            var date = new DateTime((int)components['Y'], 1, 1, 0, 0, 0, DateTimeKind.Utc);
            date = isDayOfYear ? date.AddDays(components['d'] - 1) : date.AddMonths((int)components['M'] - 1).AddDays(components['D'] - 1);
            date = date.AddHours(hour).AddMinutes(components['m']).AddSeconds(components['s']).AddMilliseconds(components['f']);
            var offset = components.TryGetValue('Z', out var zone) || components.TryGetValue('z', out zone) ? zone : 0;
            return Math.Round((date - DateTime.UnixEpoch).TotalMilliseconds) - (offset * 60_000);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw JsonataErrors.Create("D3136");
        }
    }

    private static string Pattern(DatePart part)
    {
        if (part.Literal is not null)
            return Regex.Escape(part.Literal);
        if (part.Component is 'Z' or 'z')
        {
            var separator = part.Number.Separator;
            return (part.Component == 'z' ? "GMT" : "") + "[-+][0-9]+" + (separator is null ? "" : Regex.Escape(separator.Value.ToString()) + "[0-9]+") + (part.ZeroAsZ ? "|Z" : "");
        }

        if (part.Names is not null && part.Component is not ('M' or 'x' or 'F' or 'P'))
            throw JsonataErrors.Create("D3133", ("value", part.Component.ToString()));
        return part.Names is not null ? "[a-zA-Z]+" : part.Integer?.Pattern() ?? "[a-zA-Z]+";
    }

    private static double? Read(DatePart part, string text)
    {
        if (part.Component is 'Z' or 'z')
            return Offset(part, text);
        if (part.Component == 'P')
            return text.StartsWith("p", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        if (part.Names is null)
            return part.Integer?.Read(text);

        var names = part.Component == 'F' ? DatePicture.Days : DatePicture.Months;
        var index = Array.FindIndex(names, name => text.Equals(part.MaximumWidth < name.Length ? name[..part.MaximumWidth.Value] : name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index + 1;
    }

    /// <summary>Returns the offset of a time zone, in minutes.</summary>
    private static double Offset(DatePart part, string text)
    {
        if (text.Equals("Z", StringComparison.OrdinalIgnoreCase))
            return 0;
        var signed = part.Component == 'z' ? text[3..] : text;
        var digits = signed[1..];
        string hours, minutes;
        if (part.Number.Separator is { } separator)
            (hours, minutes) = (digits[..digits.IndexOf(separator, StringComparison.Ordinal)], digits[(digits.IndexOf(separator, StringComparison.Ordinal) + 1)..]);
        else
            (hours, minutes) = digits.Length <= 2 ? (digits, "0") : (digits[..2], digits[2..]);
        var offset = (double.Parse(hours, CultureInfo.InvariantCulture) * 60) + double.Parse(minutes, CultureInfo.InvariantCulture);
        return signed[0] == '-' ? -offset : offset;
    }
}
