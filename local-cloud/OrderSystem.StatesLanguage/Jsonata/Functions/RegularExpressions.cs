using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Evaluation;

namespace OrderSystem.StatesLanguage.Jsonata.Functions;

/// <summary>
/// JSONata functions that search a string for a regular expression, for another string, or with a matcher function.
/// </summary>
internal static class RegularExpressions
{
    public static StatesValue? Match(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var limit = Limit(arguments[2], "D3040");
        var found = new Sequence();
        foreach (var match in Matches(evaluator, arguments[1], Values.Text(arguments[0]), "match", input, scope).Take(limit))
        {
            found.Items.Add(StatesObject.Of(
                ("match", match.Text),
                ("index", match.Start),
                ("groups", new StatesArray([.. match.Groups]))));
        }

        return found;
    }

    public static StatesValue? Contains(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null || arguments[1] is null)
            return null;
        var text = Values.Text(arguments[0]);
        return arguments[1] is StatesString token
            ? text.Contains(token.Value, StringComparison.Ordinal)
            : Matches(evaluator, arguments[1], text, "contains", input, scope).Any();
    }

    public static StatesValue? Replace(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var text = Values.Text(arguments[0]);
        if (arguments[1] is StatesString { Value: "" })
            throw JsonataErrors.Create("D3010", ("value", arguments[1]));
        var limit = Limit(arguments[3], "D3011");
        var matches = arguments[1] is StatesString pattern
            ? Occurrences(text, pattern.Value)
            : Matches(evaluator, arguments[1], text, "replace", input, scope);

        var result = new StringBuilder();
        var position = 0;
        foreach (var match in matches.Take(limit))
        {
            result.Append(text, position, match.Start - position);
            var replacement = arguments[2] switch
            {
                StatesString template => arguments[1] is StatesString ? template.Value : Substitute(template.Value, match),
                FunctionValue function => evaluator.Invoke(function, [match.Source], input, scope) is StatesString made
                    ? made.Value
                    : throw JsonataErrors.Create("D3012"),
                _ => "",
            };
            result.Append(replacement);
            position = match.Start + match.Text.Length;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    public static StatesValue? Split(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope)
    {
        if (arguments[0] is null)
            return null;
        var limit = Limit(arguments[2], "D3020");
        var text = Values.Text(arguments[0]);
        List<StatesValue> parts = [];
        if (arguments[1] is StatesString { Value: "" })
        {
            parts.AddRange(text.Select(c => (StatesValue)c.ToString()));
        }
        else
        {
            var position = 0;
            if (arguments[1] is StatesString && arguments[2] is StatesNumber whole)
                limit = (int)Math.Min(whole.Value, int.MaxValue);
            var matches = arguments[1] is StatesString separator
                ? Occurrences(text, separator.Value)
                : Matches(evaluator, arguments[1], text, "split", input, scope);
            foreach (var match in matches)
            {
                if (parts.Count >= limit)
                    break;
                parts.Add(text[position..match.Start]);
                position = match.Start + match.Text.Length;
            }

            parts.Add(text[position..]);
        }

        return new Sequence([.. parts.Take(limit)], isSequence: false);
    }

    /// <summary>
    /// Returns the first match of a regular expression, together with a function that returns the next match.
    /// </summary>
    public static StatesValue? FirstMatch(Regex regex, StatesValue? text) => text is StatesString { Value: var value } ? MatchFrom(regex, value, 0) : null;

    private static StatesObject? MatchFrom(Regex regex, string text, int from)
    {
        if (from > text.Length)
            return null;
        System.Text.RegularExpressions.Match match;
        try
        {
            match = regex.Match(text, from);
        }
        catch (RegexMatchTimeoutException)
        {
            throw JsonataErrors.Create("U1001", ("message", "Expression evaluation timeout: Check for infinite loop"));
        }

        if (!match.Success)
            return null;
        if (match.Length == 0)
            throw JsonataErrors.Create("D1004", ("value", match.Value));
        return StatesObject.Of(
            ("match", match.Value),
            ("start", match.Index),
            ("end", match.Index + match.Length),
            ("groups", new StatesArray([.. match.Groups.Cast<Group>().Skip(1).Select(group => (StatesValue)group.Value)])),
            ("next", new NativeValue(0, null, (_, _, _, _) => MatchFrom(regex, text, match.Index + match.Length))));
    }

    private static IEnumerable<Occurrence> Matches(Evaluator evaluator, StatesValue? matcher, string text, string caller, StatesValue? input, Frame scope)
    {
        var result = evaluator.Invoke(matcher, [text], input, scope);
        while (result is not null)
        {
            evaluator.CheckTime();
            if (result is not StatesObject match
                || match["match"] is not StatesString matched
                || match["start"] is not StatesNumber start
                || match["groups"] is not { } groups || !Values.IsArray(groups)
                || match["next"] is not FunctionValue next
                || start.Value < 0 || start.Value + matched.Value.Length > text.Length)
            {
                throw JsonataErrors.Create("T1010", ("token", caller));
            }

            yield return new Occurrence(matched.Value, (int)start.Value, Values.ItemsOrSelf(groups), match);
            result = evaluator.Invoke(next, [], input, scope);
        }
    }

    private static IEnumerable<Occurrence> Occurrences(string text, string pattern)
    {
        for (var at = text.IndexOf(pattern, StringComparison.Ordinal); at >= 0; at = text.IndexOf(pattern, at + pattern.Length, StringComparison.Ordinal))
            yield return new Occurrence(pattern, at, [], StatesObject.Of(("match", pattern), ("start", at), ("end", at + pattern.Length), ("groups", StatesArray.Empty)));
    }

    private static int Limit(StatesValue? limit, string error) => limit switch
    {
        null => int.MaxValue,
        _ when Values.Number(limit) < 0 => throw JsonataErrors.Create(error, ("value", limit)),
        _ => (int)Math.Min(Math.Ceiling(Values.Number(limit)), int.MaxValue),
    };

    /// <summary>
    /// Expands a replacement template: <c>$0</c> is replaced with the match, and <c>$1</c>, <c>$2</c> and so on are replaced with
    /// the match's groups.
    /// </summary>
    private static string Substitute(string template, Occurrence match)
    {
        var result = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                result.Append(template[i]);
                continue;
            }

            if (template[i + 1] == '$')
            {
                result.Append('$');
                i++;
                continue;
            }

            var digits = match.Groups.Count == 0 ? 1 : (int)Math.Floor(Math.Log10(match.Groups.Count)) + 1;
            while (digits > 1 && Group(template, i + 1, digits) > match.Groups.Count)
                digits--;
            if (Group(template, i + 1, digits) is not { } group)
            {
                result.Append('$');
                continue;
            }

            if (group == 0)
                result.Append(match.Text);
            else if (group <= match.Groups.Count)
                result.Append(match.Groups[group - 1] is StatesString text ? text.Value : "");
            i += group.ToString(CultureInfo.InvariantCulture).Length;
        }

        return result.ToString();
    }

    private static int? Group(string template, int from, int digits)
    {
        var end = from;
        while (end < template.Length && end - from < digits && char.IsAsciiDigit(template[end]))
            end++;
        return end == from ? null : int.Parse(template.AsSpan(from, end - from), CultureInfo.InvariantCulture);
    }

    private sealed record Occurrence(string Text, int Start, List<StatesValue> Groups, StatesObject Source);
}
