using System.Text.RegularExpressions;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

internal sealed class RegexNode(RegexSyntax syntax) : Node
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public Regex Regex { get; } = Compile(syntax);

    private static Regex Compile(RegexSyntax syntax)
    {
        var options = RegexOptions.CultureInvariant | RegexOptions.ECMAScript;
        if (syntax.Flags.Contains('i', StringComparison.Ordinal))
            options |= RegexOptions.IgnoreCase;
        if (syntax.Flags.Contains('m', StringComparison.Ordinal))
            options |= RegexOptions.Multiline;
        try
        {
            return new Regex(syntax.Pattern, options, Patience);
        }
        catch (ArgumentException)
        {
            // Try again without .NET's ECMAScript mode. This mode lacks lookbehind and Unicode classes, which newer
            // versions of JavaScript support.
            try
            {
                return new Regex(syntax.Pattern, options & ~RegexOptions.ECMAScript, Patience);
            }
            catch (ArgumentException e)
            {
                throw new JsonataException("S0301", $"Invalid regular expression: /{syntax.Pattern}/: {e.Message}");
            }
        }
    }
}
