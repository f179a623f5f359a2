using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.Intrinsics;

/// <summary>Parses an intrinsic function call such as <c>States.Format('{}', $.name)</c>.</summary>
internal sealed class IntrinsicParser(string text, string field)
{
    private const int MaxDepth = 10;

    private int _position;
    private int _depth;

    private char Current => _position < text.Length ? text[_position] : '\0';

    /// <summary>Parses the whole text as one call.</summary>
    /// <exception cref="FormatException">The text is not a valid call.</exception>
    public Template Parse()
    {
        var call = Call();
        SkipSpace();
        return _position == text.Length ? call : throw Invalid();
    }

    private IntrinsicTemplate Call()
    {
        if (++_depth > MaxDepth)
            throw new FormatException($"Intrinsic function calls can be nested at most {MaxDepth} levels deep: {text}");
        SkipSpace();
        var begin = _position;
        while (char.IsLetterOrDigit(Current) || Current is '.' or '_')
            _position++;
        var name = text[begin.._position];
        if (!IntrinsicFunctions.ByName.TryGetValue(name, out var function) || Current != '(')
            throw Invalid();
        _position++;
        var arguments = new List<Template>();
        SkipSpace();
        if (Current == ')')
        {
            _position++;
        }
        else
        {
            while (true)
            {
                arguments.Add(Argument());
                SkipSpace();
                if (Current == ')')
                    break;
                if (Current != ',')
                    throw Invalid();
                _position++;
            }

            _position++;
        }

        _depth--;
        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
            throw Invalid();
        // Numeric functions reject string literals.
        if (function.Name is "States.MathAdd" or "States.MathRandom" or "States.ArrayRange" && arguments.Exists(argument => argument is LiteralTemplate { Value: StatesString }))
            throw Invalid();
        return new IntrinsicTemplate(function, [.. arguments], text[begin.._position]);
    }

    private Template Argument()
    {
        SkipSpace();
        switch (Current)
        {
            case '\'':
                return new LiteralTemplate(Text());
            case '$':
                var parser = new JsonPathParser(text, _position);
                var path = parser.ParsePathPrefix();
                _position = parser.Position;
                return new PathTemplate(path, field);
            default:
                return text.AsSpan(_position).StartsWith("States.", StringComparison.Ordinal) ? Call() : Literal();
        }
    }

    private LiteralTemplate Literal()
    {
        var begin = _position;
        while (_position < text.Length && Current is not (',' or ')' or ' '))
            _position++;
        return text[begin.._position] switch
        {
            "true" => new LiteralTemplate(StatesBoolean.True),
            "false" => new LiteralTemplate(StatesBoolean.False),
            "null" => new LiteralTemplate(StatesValue.Null),
            var number when double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) =>
                new LiteralTemplate(long.TryParse(number, CultureInfo.InvariantCulture, out var integer) ? StatesNumber.Of(integer) : StatesNumber.Of(value)),
            _ => throw Invalid(),
        };
    }

    private string Text()
    {
        _position++;
        var result = new StringBuilder();
        while (_position < text.Length && Current != '\'')
        {
            // Keep the backslash before an escaped brace, so that States.Format can distinguish the brace from a placeholder
            // ({}).
            if (Current == '\\' && _position + 1 < text.Length)
            {
                _position++;
                result.Append(Current switch { '\'' => "'", '\\' => "\\", '{' => "\\{", '}' => "\\}", _ => throw Invalid() });
            }
            else
            {
                result.Append(Current);
            }

            _position++;
        }

        if (Current != '\'')
            throw Invalid();
        _position++;
        return result.ToString();
    }

    private void SkipSpace()
    {
        while (char.IsWhiteSpace(Current))
            _position++;
    }

    private FormatException Invalid() => new($"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call");
}
