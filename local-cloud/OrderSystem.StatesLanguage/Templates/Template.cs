using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Templates;

/// <summary>A value in a definition that is evaluated when a state runs: a payload template, path, expression or plain value.</summary>
internal abstract class Template
{
    /// <summary>Evaluates the value.</summary>
    /// <param name="scope">The visit to the state that the value belongs to.</param>
    /// <param name="document">The value that <c>$</c> refers to.</param>
    /// <exception cref="StatesErrorException">The value cannot be evaluated with this data.</exception>
    public abstract JsonValue Evaluate(StateScope scope, JsonValue document);
}

/// <summary>A plain value.</summary>
internal sealed class LiteralTemplate(JsonValue value) : Template
{
    public JsonValue Value { get; } = value;

    public override JsonValue Evaluate(StateScope scope, JsonValue document) => Value;
}

/// <summary>An object with at least one property to evaluate.</summary>
internal sealed class ObjectTemplate(string[] names, Template[] values) : Template
{
    public override JsonValue Evaluate(StateScope scope, JsonValue document)
    {
        var results = new JsonValue[values.Length];
        for (var i = 0; i < values.Length; i++)
            results[i] = values[i].Evaluate(scope, document);
        return new JsonObject(names, results);
    }
}

/// <summary>An array with at least one item to evaluate.</summary>
internal sealed class ArrayTemplate(Template[] items) : Template
{
    public override JsonValue Evaluate(StateScope scope, JsonValue document)
    {
        var results = new JsonValue[items.Length];
        for (var i = 0; i < items.Length; i++)
            results[i] = items[i].Evaluate(scope, document);
        return new JsonArray(results);
    }
}
