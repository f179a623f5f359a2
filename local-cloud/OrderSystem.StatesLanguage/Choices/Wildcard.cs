namespace OrderSystem.StatesLanguage.Choices;

/// <summary>
/// Matches text against a StringMatches pattern: <c>*</c> matches any sequence of characters, <c>\*</c> matches an asterisk, and
/// <c>\\</c> matches a backslash.
/// </summary>
internal static class Wildcard
{
    public static bool Matches(string text, string pattern)
    {
        var (t, p, retryText, retryPattern) = (0, 0, -1, -1);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (retryPattern, retryText) = (++p, t);
                continue;
            }

            var escaped = p + 1 < pattern.Length && pattern[p] == '\\' && pattern[p + 1] is '*' or '\\' ? 1 : 0;
            if (p + escaped < pattern.Length && pattern[p + escaped] == text[t])
            {
                p += escaped + 1;
                t++;
            }
            else if (retryPattern >= 0)
            {
                (p, t) = (retryPattern, ++retryText);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
