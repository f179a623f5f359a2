using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata;

/// <summary>An expression is invalid or its evaluation failed.</summary>
/// <param name="code">JSONata's error code, such as <c>T2001</c>; <c>U1001</c> if a limit was reached.</param>
/// <param name="message">JSONata's message.</param>
public sealed class JsonataException(string code, string message) : Exception(message)
{
    /// <summary>JSONata's error code, such as <c>T2001</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The values that the message quotes, by name.</summary>
    internal IReadOnlyList<(string Name, StatesValue? Value)> Details { get; init; } = [];
}
