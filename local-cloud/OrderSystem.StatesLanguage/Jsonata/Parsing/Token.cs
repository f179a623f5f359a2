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
/// <param name="Kind">What it is.</param>
/// <param name="Text">The operator, the name, or the pattern of a regular expression.</param>
/// <param name="Value">A literal's value.</param>
/// <param name="Flags">A regular expression's flags.</param>
internal readonly record struct Token(TokenKind Kind, string Text, JsonValue? Value = null, string Flags = "")
{
    /// <summary>What an error message quotes.</summary>
    public JsonValue Quoted => Value ?? Text;

    public bool Is(string symbol) => Kind == TokenKind.Operator && Text == symbol;
}
