using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Parsing;

internal enum TokenKind
{
    End,
    Name,
    Variable,
    Literal,
    Regex,
    Operator,
}

/// <summary>A token of an expression.</summary>
/// <param name="Kind">The kind of the token.</param>
/// <param name="Text">The text of an operator or name, or the pattern of a regular expression.</param>
/// <param name="Value">The value of a literal; null for any other token.</param>
/// <param name="Flags">The flags of a regular expression; empty for any other token.</param>
internal readonly record struct Token(TokenKind Kind, string Text, StatesValue? Value = null, string Flags = "")
{
    /// <summary>The value that error messages quote for this token.</summary>
    public StatesValue Quoted => Value ?? Text;

    public bool Is(string symbol) => Kind == TokenKind.Operator && Text == symbol;
}
