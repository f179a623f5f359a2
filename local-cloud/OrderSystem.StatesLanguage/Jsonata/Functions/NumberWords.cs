using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>Formats and parses integers as English words.</summary>
internal static partial class NumberWords
{
    private static readonly string[] Few =
    [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
        "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ];

    private static readonly string[] Ordinals =
    [
        "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth",
        "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
    ];

    private static readonly string[] Decades = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];

    private static readonly string[] Magnitudes = ["Thousand", "Million", "Billion", "Trillion"];

    private static readonly FrozenDictionary<string, double> Meanings = CreateMeanings();

    /// <summary>A regular expression that finds a number in words within a longer string.</summary>
    public static string Pattern { get; } = $"(?:{string.Join('|', Meanings.Keys.OrderByDescending(word => word.Length))}|and|[\\-, ])+";

    public static string Format(double number, bool ordinal) => Spell(number, follows: false, ordinal);

    /// <summary>Parses words as a number. Words that are not numbers are ignored.</summary>
    public static double Read(string text)
    {
        Stack<double> segments = new([0]);
        foreach (var word in Separators().Split(text.ToLowerInvariant()))
        {
            if (!Meanings.TryGetValue(word, out var value))
                continue;
            var top = segments.Pop();
            if (value >= 100)
            {
                segments.Push(top * value);
                continue;
            }

            if (top >= 1000)
            {
                segments.Push(top);
                top = 0;
            }

            segments.Push(top + value);
        }

        return segments.Sum();
    }

    private static string Spell(double number, bool follows, bool ordinal)
    {
        if (number <= 19)
            return (follows ? " and " : "") + (ordinal ? Ordinals : Few)[(int)number];
        if (number < 100)
        {
            var word = (follows ? " and " : "") + Decades[(int)(number / 10) - 2];
            var ones = number % 10;
            return ones > 0 ? $"{word}-{Spell(ones, follows: false, ordinal)}" : ordinal ? word[..^1] + "ieth" : word;
        }

        var magnitude = number < 1000 ? 0 : Math.Min((int)(Math.Floor(Math.Log10(number)) / 3), Magnitudes.Length);
        var factor = number < 1000 ? 100 : Math.Pow(10, magnitude * 3);
        var count = Math.Floor(number / factor);
        var rest = number - (count * factor);
        var words = $"{(follows ? ", " : "")}{Spell(count, follows: false, ordinal: false)} {(number < 1000 ? "Hundred" : Magnitudes[magnitude - 1])}";
        return rest > 0 ? words + Spell(rest, follows: true, ordinal) : ordinal ? words + "th" : words;
    }

    private static FrozenDictionary<string, double> CreateMeanings()
    {
        Dictionary<string, double> meanings = new() { ["hundred"] = 100, ["hundredth"] = 100 };
        for (var i = 0; i < Few.Length; i++)
            meanings[Few[i].ToLowerInvariant()] = meanings[Ordinals[i].ToLowerInvariant()] = i;
        for (var i = 0; i < Decades.Length; i++)
        {
            var word = Decades[i].ToLowerInvariant();
            meanings[word] = meanings[word[..^1] + "ieth"] = (i + 2) * 10;
        }

        for (var i = 0; i < Magnitudes.Length; i++)
        {
            var word = Magnitudes[i].ToLowerInvariant();
            meanings[word] = meanings[word + "th"] = Math.Pow(10, (i + 1) * 3);
        }

        return meanings.ToFrozenDictionary();
    }

    [GeneratedRegex(@",\s|\sand\s|[\s\-]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Separators();
}
