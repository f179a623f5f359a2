using System.Text.Json;
using System.Text.RegularExpressions;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Jsonata.Parsing;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>
/// A function as a value. A function has no JSON representation, so it is omitted from JSON objects and becomes an empty string
/// in text.
/// </summary>
internal abstract class FunctionValue(int arity) : StatesValue
{
    /// <summary>The number of parameters.</summary>
    public int Arity { get; } = arity;

    public override StatesValueKind Kind => StatesValueKind.Null;

    public override int Utf8Size => 4;

    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();

    public override bool Equals(StatesValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>A function defined in the expression, with the scope in which it was created.</summary>
internal sealed class LambdaValue(LambdaNode node, StatesValue? input, Frame scope) : FunctionValue(node.Parameters.Count)
{
    public LambdaNode Node { get; } = node;

    public StatesValue? Input { get; } = input;

    public Frame Scope { get; } = scope;
}

/// <summary>
/// The implementation of a built-in function. The delegate receives the evaluator, and the arguments, context and scope of
/// the call.
/// </summary>
internal delegate StatesValue? Native(Evaluator evaluator, StatesValue?[] arguments, StatesValue? input, Frame scope);

/// <summary>A built-in function.</summary>
internal sealed class NativeValue(int arity, Signature? signature, Native invoke) : FunctionValue(arity)
{
    public Signature? Signature { get; } = signature;

    public Native Invoke { get; } = invoke;
}

/// <summary>
/// A partially applied function. Arguments that have not been supplied yet are null in <paramref name="arguments"/>.
/// </summary>
internal sealed class PartialValue(FunctionValue function, StatesValue?[] arguments, bool[] open) : FunctionValue(open.Count(isOpen => isOpen))
{
    public FunctionValue Function { get; } = function;

    /// <summary>
    /// Returns the complete arguments: each placeholder (<c>?</c>) is replaced with the next value of <paramref name="given"/>.
    /// </summary>
    public StatesValue?[] Complete(StatesValue?[] given)
    {
        var complete = (StatesValue?[])arguments.Clone();
        var next = 0;
        for (var i = 0; i < complete.Length; i++)
        {
            if (open[i])
                complete[i] = next < given.Length ? given[next++] : null;
        }

        return complete;
    }
}

/// <summary>
/// A regular expression used as a function, which returns the first match together with a function that returns the next
/// match.
/// </summary>
internal sealed class RegexValue(Regex regex) : FunctionValue(1)
{
    public Regex Regex { get; } = regex;
}
