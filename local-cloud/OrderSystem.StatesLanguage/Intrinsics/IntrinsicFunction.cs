using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Intrinsics;

/// <summary>An intrinsic function and the number of arguments it accepts.</summary>
internal sealed record IntrinsicFunction(string Name, int MinArguments, int MaxArguments, Func<IntrinsicCall, StatesValue> Call);

/// <summary>The arguments of one intrinsic function call.</summary>
internal readonly struct IntrinsicCall(StatesValue[] arguments, StateScope scope)
{
    public StatesValue[] Arguments => arguments;

    /// <summary>
    /// A seeded random number generator, so that a resumed execution draws the same numbers for the same field.
    /// </summary>
    public Random Random => scope.Random;

    public StatesArray Array(int index) => arguments[index] as StatesArray ?? throw Wrong(index, "an array");

    public StatesObject Object(int index) => arguments[index] as StatesObject ?? throw Wrong(index, "a JSON object");

    public string Text(int index) => arguments[index] is StatesString text ? text.Value : throw Wrong(index, "a string");

    public double Number(int index) => arguments[index] is StatesNumber number ? number.Value : throw Wrong(index, "a number");

    /// <summary>Returns an argument rounded to an integer as in Java's <c>Math.round</c>: halves are rounded up.</summary>
    public long Integer(int index)
    {
        if (arguments[index] is StatesNumber exact && exact.TryGetInt64(out var integer))
            return integer;
        var number = Math.Floor(Number(index) + 0.5);
        return number is > long.MinValue and < long.MaxValue ? (long)number : throw Wrong(index, "an integer");
    }

    private static IntrinsicException Wrong(int index, string wanted) => new($"Argument {index + 1} must be {wanted}.");
}
