using System.Globalization;
using System.Text;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

/// <summary>Splits the text of an expression into tokens.</summary>
internal sealed class Tokenizer(string text)
{
    private const string OperatorCharacters = ".[]{}(),@#;:?+-*/%|=<>^&!~";
    private static readonly string[] DoubleOperators = ["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"];

    private int _position;

    /// <summary>Reads the next token.</summary>
    /// <param name="afterOperand">Whether the token follows an operand, so that a slash means division rather than a
    /// regular expression.</param>
    /// <exception cref="JsonataException">The next token is malformed.</exception>
    public Token Next(bool afterOperand)
    {
        SkipBlanksAndComments();
        if (_position >= text.Length)
            return new Token(TokenKind.End, "(end)");
        var first = text[_position];
        if (first == '/' && !afterOperand)
            return Regex();
        if (_position + 1 < text.Length && DoubleOperators.FirstOrDefault(pair => string.CompareOrdinal(text, _position, pair, 0, 2) == 0) is { } two)
        {
            _position += 2;
            return new Token(TokenKind.Operator, two);
        }

        if (OperatorCharacters.Contains(first, StringComparison.Ordinal))
        {
            _position++;
            return new Token(TokenKind.Operator, first.ToString());
        }

        if (first is '"' or '\'')
            return String(first);
        if (first is >= '0' and <= '9')
            return Number();
        return first == '`' ? QuotedName() : NameOrVariable();
    }

    private void SkipBlanksAndComments()
    {
        while (_position < text.Length)
        {
            if (text[_position] is ' ' or '\t' or '\n' or '\r' or '\v')
            {
                _position++;
            }
            else if (string.CompareOrdinal(text, _position, "/*", 0, 2) == 0)
            {
                var end = text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw JsonataErrors.Create("S0106");
                _position = end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token String(char quote)
    {
        var value = new StringBuilder();
        for (_position++; _position < text.Length; _position++)
        {
            var c = text[_position];
            if (c == quote)
            {
                _position++;
                return new Token(TokenKind.Literal, "(literal)", value.ToString());
            }

            value.Append(c == '\\' ? Escaped() : c);
        }

        throw JsonataErrors.Create("S0101");
    }

    private char Escaped()
    {
        if (++_position >= text.Length)
            throw JsonataErrors.Create("S0101");
        var c = text[_position];
        if (c == 'u')
        {
            if (_position + 4 >= text.Length || !ushort.TryParse(text.AsSpan(_position + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                throw JsonataErrors.Create("S0104");
            _position += 4;
            return (char)code;
        }

        return c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw JsonataErrors.Create("S0103", ("token", c.ToString())),
        };
    }

    private Token Number()
    {
        var end = text[_position] == '0' ? _position + 1 : Digits(_position);
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1]))
            end = Digits(end + 1);
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
                end = Digits(exponent);
        }

        var literal = text[_position..end];
        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
            throw JsonataErrors.Create("S0102", ("token", literal));
        _position = end;
        return new Token(TokenKind.Literal, "(literal)", value);
    }

    private int Digits(int from)
    {
        while (from < text.Length && char.IsAsciiDigit(text[from]))
            from++;
        return from;
    }

    private Token QuotedName()
    {
        var end = text.IndexOf('`', _position + 1);
        if (end < 0)
            throw JsonataErrors.Create("S0105");
        var name = text[(_position + 1)..end];
        _position = end + 1;
        return new Token(TokenKind.Name, name);
    }

    private Token NameOrVariable()
    {
        var end = _position;
        while (end < text.Length && text[end] is not (' ' or '\t' or '\n' or '\r' or '\v') && !OperatorCharacters.Contains(text[end], StringComparison.Ordinal))
            end++;
        var name = text[_position..end];
        _position = end;
        if (name[0] == '$')
            return new Token(TokenKind.Variable, name[1..]);
        return name switch
        {
            "and" or "or" or "in" => new Token(TokenKind.Operator, name),
            "true" => new Token(TokenKind.Literal, name, true),
            "false" => new Token(TokenKind.Literal, name, false),
            "null" => new Token(TokenKind.Literal, name, StatesValue.Null),
            _ => new Token(TokenKind.Name, name),
        };
    }

    private Token Regex()
    {
        var depth = 0;
        for (var end = _position + 1; end < text.Length; end++)
        {
            var c = text[end];
            var escaped = EndsInOddBackslashes(end);
            if (c == '/' && !escaped && depth == 0)
            {
                var pattern = text[(_position + 1)..end];
                if (pattern.Length == 0)
                    throw JsonataErrors.Create("S0301");
                var flags = end + 1;
                while (flags < text.Length && text[flags] is 'i' or 'm')
                    flags++;
                _position = flags;
                return new Token(TokenKind.Regex, pattern, Flags: text[(end + 1)..flags]);
            }

            if (c is '(' or '[' or '{' && !escaped)
                depth++;
            if (c is ')' or ']' or '}' && !escaped)
                depth--;
        }

        throw JsonataErrors.Create("S0302");
    }

    private bool EndsInOddBackslashes(int end)
    {
        var count = 0;
        while (end - 1 - count > _position && text[end - 1 - count] == '\\')
            count++;
        return count % 2 == 1;
    }
}
