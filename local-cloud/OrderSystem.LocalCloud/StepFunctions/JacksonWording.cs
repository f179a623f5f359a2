namespace OrderSystem.LocalCloud.StepFunctions;

/// <summary>Describes JSON errors with the messages of Jackson, the parser that AWS uses.</summary>
internal static class JacksonWording
{
    /// <summary>Describes the first error in a text that is not valid JSON.</summary>
    public static string Of(string text)
    {
        var scanner = new Scanner(text);
        try
        {
            scanner.Value(0);
            scanner.SkipSpace();
            return scanner.AtEnd ? "Unexpected end-of-input" : scanner.Token();
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    private sealed class Scanner(string text)
    {
        private const int MaxDepth = 1000;

        private int _position;

        public bool AtEnd => _position >= text.Length;

        private char Current => text[_position];

        public void SkipSpace()
        {
            while (!AtEnd && Current is ' ' or '\n' or '\r' or '\t')
                _position++;
        }

        public string Token()
        {
            var begin = _position;
            while (!AtEnd && char.IsLetterOrDigit(Current))
                _position++;
            return _position > begin
                ? $"Unrecognized token '{text[begin.._position]}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
                : $"{Character()}: expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
        }

        public void Value(int depth)
        {
            if (depth > MaxDepth)
                throw new FormatException($"Document nesting depth ({depth}) exceeds the maximum allowed ({MaxDepth}, from `StreamReadConstraints.getMaxNestingDepth()`)");
            SkipSpace();
            if (AtEnd)
                throw new FormatException("Unexpected end-of-input");
            switch (Current)
            {
                case '{':
                    Members(depth);
                    break;
                case '[':
                    Items(depth);
                    break;
                case '"':
                    Text();
                    break;
                case '-' or (>= '0' and <= '9'):
                    while (!AtEnd && (char.IsAsciiDigit(Current) || Current is '-' or '+' or '.' or 'e' or 'E'))
                        _position++;
                    break;
                default:
                    Literal();
                    break;
            }
        }

        private void Literal()
        {
            foreach (var literal in new[] { "true", "false", "null" })
            {
                if (string.CompareOrdinal(text, _position, literal, 0, literal.Length) == 0)
                {
                    _position += literal.Length;
                    return;
                }
            }

            throw new FormatException(Token());
        }

        private void Members(int depth)
        {
            _position++;
            SkipSpace();
            if (!AtEnd && Current == '}')
            {
                _position++;
                return;
            }

            while (true)
            {
                SkipSpace();
                if (AtEnd)
                    throw new FormatException("Unexpected end-of-input: expected close marker for Object");
                if (Current != '"')
                    throw new FormatException($"{Character()}: was expecting double-quote to start field name");
                Text();
                SkipSpace();
                if (AtEnd || Current != ':')
                    throw new FormatException(AtEnd ? "Unexpected end-of-input within/between Object entries" : $"{Character()}: was expecting a colon to separate field name and value");
                _position++;
                Value(depth + 1);
                if (IsLast('}', "Object"))
                    return;
            }
        }

        private void Items(int depth)
        {
            _position++;
            SkipSpace();
            if (!AtEnd && Current == ']')
            {
                _position++;
                return;
            }

            do
            {
                Value(depth + 1);
            }
            while (!IsLast(']', "Array"));
        }

        private bool IsLast(char close, string container)
        {
            SkipSpace();
            if (AtEnd)
                throw new FormatException($"Unexpected end-of-input: expected close marker for {container}");
            if (Current != ',' && Current != close)
                throw new FormatException($"{Character()}: was expecting comma to separate {container} entries");
            return text[_position++] == close;
        }

        private void Text()
        {
            for (_position++; !AtEnd; _position++)
            {
                if (Current == '\\')
                    _position++;
                else if (Current < ' ')
                    throw new FormatException($"Illegal unquoted character ((CTRL-CHAR, code {(int)Current})): has to be escaped using backslash to be included in string value");
                else if (Current == '"')
                {
                    _position++;
                    return;
                }
            }

            throw new FormatException("Unexpected end-of-input: was expecting closing quote for a string value");
        }

        private string Character() => $"Unexpected character ('{Current}' (code {(int)Current}))";
    }
}
