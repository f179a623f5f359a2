using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Templates;

/// <summary>
/// A value in a definition that is evaluated when a state runs: a payload template, path, expression or plain value.
/// </summary>
internal abstract class Template
{
    /// <summary>Evaluates the value.</summary>
    /// <param name="scope">The scope of the state whose definition contains the value.</param>
    /// <param name="document">The value that <c>$</c> refers to.</param>
    /// <exception cref="StatesErrorException">The value cannot be evaluated with this data.</exception>
    public abstract StatesValue Evaluate(StateScope scope, StatesValue document);
}

/// <summary>A plain value.</summary>
internal sealed class LiteralTemplate(StatesValue value) : Template
{
    public StatesValue Value { get; } = value;

    public override StatesValue Evaluate(StateScope scope, StatesValue document) => Value;
}

/// <summary>An object with at least one property to evaluate.</summary>
internal sealed class ObjectTemplate(string[] names, Template[] values) : Template
{
    public override StatesValue Evaluate(StateScope scope, StatesValue document)
    {
        var results = new StatesValue[values.Length];
        for (var i = 0; i < values.Length; i++)
            results[i] = values[i].Evaluate(scope, document);
        return new StatesObject(names, results);
    }
}

/// <summary>An array with at least one item to evaluate.</summary>
internal sealed class ArrayTemplate(Template[] items) : Template
{
    public override StatesValue Evaluate(StateScope scope, StatesValue document)
    {
        var results = new StatesValue[items.Length];
        for (var i = 0; i < items.Length; i++)
            results[i] = items[i].Evaluate(scope, document);
        return new StatesArray(results);
    }
}
