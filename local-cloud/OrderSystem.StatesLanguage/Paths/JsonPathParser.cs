using System.Globalization;
using System.Text;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>
/// Parses a JSONPath, on its own or inside a filter or an intrinsic function call. The grammar is that of Jayway JsonPath
/// 2.0.0, because Step Functions behaves like that library.
/// </summary>
internal sealed class JsonPathParser(string text, int start = 0)
{
    // If the path is the whole text, a name ends only at a dot, a bracket or a space.
    private bool _isWholeText;

    /// <summary>The current position in the text.</summary>
    public int Position { get; private set; } = start;

    private bool AtEnd => Position >= text.Length;

    private char Current => Position < text.Length ? text[Position] : '\0';

    /// <summary>Parses the whole text as one path.</summary>
    public JsonPath ParsePath()
    {
        _isWholeText = true;
        var path = ParsePathPrefix();
        return AtEnd ? path : throw Unexpected();
    }

    /// <summary>Parses a path at the current position and stops after it.</summary>
    public JsonPath ParsePathPrefix(char rootSign = '$')
    {
        var begin = Position;
        Expect(rootSign);
        var root = PathRoot.Document;
        string? variable = null;
        if (rootSign == '$' && Current == '$')
        {
            Position++;
            root = PathRoot.Context;
        }
        else if (rootSign == '$' && (char.IsLetter(Current) || Current == '_'))
        {
            root = PathRoot.Variable;
            variable = Name();
        }

        var segments = new List<PathSegment>();
        while (Current is '.' or '[' || (_isWholeText && segments.Count > 0 && !AtEnd && Current != ' '))
            Step(segments);
        if (segments is [.., DescendantsSegment])
            throw new FormatException("Path must not end with a '.' or '..'");
        return new JsonPath(text[begin..Position], root, variable, [.. segments]);
    }

    private bool IsNameCharacter(char c) =>
        _isWholeText ? c is not ('.' or '[' or ' ')
            : char.IsLetterOrDigit(c) || c is '_' or '-' or '@' or '#' or '%' or '&' or ':' or ';' or '~' or '^' or '`' or '\\' || c > 127;

    private void Step(List<PathSegment> segments)
    {
        if (Current == '[')
        {
            Position++;
            segments.Add(Brackets());
            return;
        }

        if (Current == '.')
            Position++;
        if (Current == '.')
        {
            Position++;
            segments.Add(new DescendantsSegment());
        }

        if (Current == '[')
            return;

        if (Current == '*')
        {
            Position++;
            segments.Add(new WildcardSegment());
            return;
        }

        var name = Name();
        // Step Functions supports no functions in paths: it reads length() as the name of a property.
        if (string.CompareOrdinal(text, Position, "()", 0, 2) == 0)
        {
            Position += 2;
            name += "()";
        }

        segments.Add(new PropertySegment(name));
    }

    private string Name()
    {
        var begin = Position;
        while (!AtEnd && IsNameCharacter(Current))
            Position++;
        return Position > begin ? text[begin..Position] : throw Unexpected();
    }

    private PathSegment Brackets()
    {
        SkipSpace();
        PathSegment segment;
        if (Current == '*')
        {
            Position++;
            segment = new WildcardSegment();
        }
        else if (Current is '\'' or '"')
        {
            segment = QuotedNames();
        }
        else if (Current == '?')
        {
            Position++;
            SkipSpace();
            var parser = new PathFilterParser(text, Position);
            var filter = parser.Parse();
            Position = parser.Position;
            segment = new FilterSegment(filter);
        }
        else if (Current == '(')
        {
            segment = FromEnd();
        }
        else
        {
            segment = Numbers();
        }

        SkipSpace();
        Expect(']');
        return segment;
    }

    private PathSegment QuotedNames()
    {
        var names = new List<string> { QuotedText() };
        SkipSpace();
        while (Current == ',')
        {
            Position++;
            SkipSpace();
            names.Add(QuotedText());
            SkipSpace();
        }

        return names is [var only] ? new PropertySegment(only) : new PropertiesSegment([.. names]);
    }

    /// <summary>Parses a string in single or double quotes.</summary>
    public string QuotedText()
    {
        var quote = Current;
        if (quote is not ('\'' or '"'))
            throw Unexpected();
        Position++;
        var result = new StringBuilder();
        while (!AtEnd && Current != quote)
        {
            if (Current == '\\' && Position + 1 < text.Length && text[Position + 1] is '\'' or '\\')
                Position++;
            result.Append(Current);
            Position++;
        }

        Expect(quote);
        return result.ToString();
    }

    private PathSegment Numbers()
    {
        var first = Integer();
        SkipSpace();
        if (Current == ':')
        {
            Position++;
            SkipSpace();
            var to = Integer();
            return new SliceSegment(first, to);
        }

        if (first is not { } index)
            throw Unexpected();
        if (Current != ',')
            return new IndexSegment(index);
        var indexes = new List<int> { index };
        while (Current == ',')
        {
            Position++;
            SkipSpace();
            indexes.Add(Integer() ?? throw Unexpected());
            SkipSpace();
        }

        return new IndexesSegment([.. indexes]);
    }

    /// <summary>Parses <c>(@.length-1)</c> or <c>(@.size()-1)</c>.</summary>
    private FromEndSegment FromEnd()
    {
        var close = text.IndexOf(")]", Position, StringComparison.Ordinal);
        var minus = close < 0 ? -1 : text.IndexOf('-', Position, close - Position);
        if (minus < 0 || text[Position..minus].Replace(" ", "", StringComparison.Ordinal) is not ("(@.length" or "(@.length()" or "(@.size" or "(@.size()"))
            throw Unexpected();
        if (!int.TryParse(text[(minus + 1)..close].Replace(" ", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            throw Unexpected();
        Position = close + 1;
        return new FromEndSegment(offset);
    }

    private int? Integer()
    {
        var begin = Position;
        if (Current == '-')
            Position++;
        while (char.IsAsciiDigit(Current))
            Position++;
        if (begin == Position)
            return null;
        return int.TryParse(text.AsSpan(begin, Position - begin), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Unexpected();
    }

    private void SkipSpace()
    {
        while (Current == ' ')
            Position++;
    }

    private void Expect(char c)
    {
        if (Current != c || AtEnd)
            throw Unexpected();
        Position++;
    }

    private FormatException Unexpected() =>
        new(AtEnd ? $"The path '{text}' ends unexpectedly" : $"Unexpected character '{Current}' at position {Position} of the path '{text}'");
}
