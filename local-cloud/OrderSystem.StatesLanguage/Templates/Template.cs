using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Templates;

/// <summary>A value of a definition that is worked out when a state runs: a payload template, a path, an expression, or a plain value.</summary>
internal abstract class Template
{
    /// <summary>Works the value out.</summary>
    /// <param name="scope">The state that runs.</param>
    /// <param name="document">What <c>$</c> stands for.</param>
    /// <exception cref="StatesErrorException">The data does not allow it.</exception>
    public abstract JsonValue Evaluate(StateScope scope, JsonValue document);
}

/// <summary>A plain value.</summary>
internal sealed class LiteralTemplate(JsonValue value) : Template
{
    public JsonValue Value { get; } = value;

    public override JsonValue Evaluate(StateScope scope, JsonValue document) => Value;
}

/// <summary>An object of which some property is worked out.</summary>
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

/// <summary>An array of which some item is worked out.</summary>
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
