using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>Parses the condition of a filter, <c>[?(…)]</c>.</summary>
internal sealed class PathFilterParser(string text, int start)
{
    private const int MaxDepth = 100;

    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "=~", "<", ">", "in", "nin", "contains", "size", "empty", "subsetof", "anyof", "noneof"];

    private static readonly TimeSpan RegexTimeLimit = TimeSpan.FromSeconds(1);

    private int _depth;

    /// <summary>The current position in the text.</summary>
    public int Position { get; private set; } = start;

    private char Current => Position < text.Length ? text[Position] : '\0';

    /// <summary>Parses the condition, including its parentheses.</summary>
    public PathFilter Parse()
    {
        Expect('(');
        var filter = Either();
        Expect(')');
        return filter;
    }

    private PathFilter Either()
    {
        if (++_depth > MaxDepth)
            throw new FormatException("The filter is nested too deeply");
        var left = Both();
        while (Accept("||"))
            left = new OrFilter(left, Both());
        _depth--;
        return left;
    }

    private PathFilter Both()
    {
        var left = Single();
        while (Accept("&&"))
            left = new AndFilter(left, Single());
        return left;
    }

    private PathFilter Single()
    {
        SkipSpace();
        if (Current == '!' && !(Position + 1 < text.Length && text[Position + 1] == '='))
        {
            Position++;
            return ++_depth > MaxDepth ? throw new FormatException("The filter is nested too deeply") : new NotFilter(Single());
        }

        if (Current == '(')
        {
            Position++;
            var inner = Either();
            Expect(')');
            return inner;
        }

        var left = Operand();
        SkipSpace();
        foreach (var candidate in Operators)
        {
            if (Accept(candidate))
                return new ComparisonFilter(left, candidate, Operand());
        }

        return new ExistsFilter(left);
    }

    private FilterOperand Operand()
    {
        SkipSpace();
        switch (Current)
        {
            case '@' or '$':
                var fromItem = Current == '@';
                var paths = new JsonPathParser(text, Position);
                var path = paths.ParsePathPrefix(Current);
                Position = paths.Position;
                return new PathOperand(path, fromItem);
            case '\'' or '"':
                var quoted = new JsonPathParser(text, Position);
                var value = quoted.QuotedText();
                Position = quoted.Position;
                return new LiteralOperand(value);
            case '/':
                return Pattern();
            default:
                return Literal();
        }
    }

    private RegexOperand Pattern()
    {
        var end = Position + 1;
        while (end < text.Length && text[end] != '/')
            end += text[end] == '\\' ? 2 : 1;
        if (end >= text.Length)
            throw Unexpected();
        var pattern = text[(Position + 1)..end];
        Position = end + 1;
        var options = RegexOptions.CultureInvariant;
        if (Current == 'i')
        {
            Position++;
            options |= RegexOptions.IgnoreCase;
        }

        try
        {
            return new RegexOperand(Compile($"^(?:{pattern})$", options));
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    private static Regex Compile(string pattern, RegexOptions options)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, RegexTimeLimit);
        }
        catch (NotSupportedException)
        {
            // The pattern contains a look-around or a backreference, which .NET supports only with backtracking.
            return new Regex(pattern, options, RegexTimeLimit);
        }
    }

    private LiteralOperand Literal()
    {
        var begin = Position;
        var brackets = 0;
        while (Position < text.Length
            && (brackets > 0 || (Current is not (' ' or ')' or '&' or '|' or ']')
            && !Operators.Any(candidate => !char.IsLetter(candidate[0]) && text.AsSpan(Position).StartsWith(candidate, StringComparison.Ordinal)))))
        {
            brackets += Current switch { '[' => 1, ']' => -1, _ => 0 };
            Position++;
        }

        try
        {
            return new LiteralOperand(StatesValue.Parse(text[begin..Position].Replace('\'', '"')));
        }
        catch (System.Text.Json.JsonException)
        {
            // In a filter, a string may be written without quotes.
            return Position > begin ? new LiteralOperand(text[begin..Position]) : throw Unexpected();
        }
    }

    private bool Accept(string token)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, Position, token, 0, token.Length) != 0)
            return false;
        var after = Position + token.Length;
        if (char.IsLetter(token[0]) && after < text.Length && char.IsLetterOrDigit(text[after]))
            return false;
        Position = after;
        return true;
    }

    private void Expect(char c)
    {
        SkipSpace();
        if (Current != c)
            throw Unexpected();
        Position++;
    }

    private void SkipSpace()
    {
        while (Current == ' ')
            Position++;
    }

    private FormatException Unexpected() => new($"The filter in '{text}' is invalid at position {Position}");
}
