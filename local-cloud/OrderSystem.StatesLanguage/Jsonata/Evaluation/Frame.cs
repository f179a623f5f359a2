using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>A scope of variables during an evaluation.</summary>
internal sealed class Frame(Frame? outer, Func<string, StatesValue?>? outermost = null)
{
    private Dictionary<string, StatesValue?>? _variables;

    public void Bind(string name, StatesValue? value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    /// <summary>Returns the value of the innermost variable with this name; null means undefined.</summary>
    public StatesValue? Lookup(string name)
    {
        for (var frame = this; ; frame = frame.Outer!)
        {
            if (frame._variables is { } variables && variables.TryGetValue(name, out var value))
                return value;
            if (frame.Outer is null)
                return frame.Outermost?.Invoke(name);
        }
    }

    private Frame? Outer { get; } = outer;

    private Func<string, StatesValue?>? Outermost { get; } = outermost;
}
