using System.Text.Json;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>A function as a value. As JSON it is nothing: objects and texts leave it out.</summary>
internal abstract class FunctionValue(int arity) : JsonValue
{
    /// <summary>How many parameters it has.</summary>
    public int Arity { get; } = arity;

    public override JsonKind Kind => JsonKind.Null;

    public override int Utf8Size => 4;

    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>A function of the expression's own, with the scope it was made in.</summary>
internal sealed class LambdaValue(LambdaNode node, JsonValue? input, Frame scope) : FunctionValue(node.Parameters.Count)
{
    public LambdaNode Node { get; } = node;

    public JsonValue? Input { get; } = input;

    public Frame Scope { get; } = scope;
}

/// <summary>What a built-in function is given: the evaluation it runs in and the context it was called in.</summary>
internal delegate JsonValue? Native(Evaluator evaluator, JsonValue?[] arguments, JsonValue? input, Frame scope);

/// <summary>A built-in function.</summary>
internal sealed class NativeValue(int arity, Signature? signature, Native invoke) : FunctionValue(arity)
{
    public Signature? Signature { get; } = signature;

    public Native Invoke { get; } = invoke;
}

/// <summary>A function with some of its arguments given already; the open ones are null in <paramref name="arguments"/>.</summary>
internal sealed class PartialValue(FunctionValue function, JsonValue?[] arguments, bool[] open) : FunctionValue(open.Count(isOpen => isOpen))
{
    public FunctionValue Function { get; } = function;

    /// <summary>All arguments, the open ones filled in from what the caller gives.</summary>
    public JsonValue?[] Complete(JsonValue?[] given)
    {
        var complete = (JsonValue?[])arguments.Clone();
        var next = 0;
        for (var i = 0; i < complete.Length; i++)
        {
            if (open[i])
                complete[i] = next < given.Length ? given[next++] : null;
        }

        return complete;
    }
}

/// <summary>A regular expression: a function from a text to its first match, which leads on to the next.</summary>
internal sealed class RegexValue(Regex regex) : FunctionValue(1)
{
    public Regex Regex { get; } = regex;
}
