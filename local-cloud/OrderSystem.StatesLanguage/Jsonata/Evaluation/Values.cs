using System.Globalization;
using System.Runtime.InteropServices;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>JSONata's rules for values. Null means undefined, and a sequence counts as an array.</summary>
internal static class Values
{
    /// <summary>The maximum length of a string created by padding or concatenation, in characters.</summary>
    public const int LongestText = 10_000_000;

    private const int LongestArray = 10_000_000;

    public static bool IsArray(StatesValue? value) => value is StatesArray or Sequence;

    /// <summary>Returns the items of an array; empty for any other value.</summary>
    public static ReadOnlySpan<StatesValue> Items(StatesValue? array) => array switch
    {
        StatesArray plain => plain.AsSpan(),
        Sequence sequence => CollectionsMarshal.AsSpan(sequence.Items),
        _ => [],
    };

    /// <summary>Returns the items of an array, or the value itself as the only item; an empty list for undefined.</summary>
    public static List<StatesValue> ItemsOrSelf(StatesValue? value) => value is null ? [] : IsArray(value) ? [.. Items(value)] : [value];

    /// <summary>Returns the text of an argument that the function's signature declares as a string.</summary>
    public static string Text(StatesValue? value) => value is StatesString text ? text.Value : throw new ArgumentException("The argument is not a string.", nameof(value));

    /// <summary>Returns the value of an argument that the function's signature declares as a number.</summary>
    public static double Number(StatesValue? value) => value is StatesNumber number ? number.Value : throw new ArgumentException("The argument is not a number.", nameof(value));

    /// <summary>Returns an argument that the function's signature declares as a function.</summary>
    public static FunctionValue Function(StatesValue? value) => value as FunctionValue ?? throw new ArgumentException("The argument is not a function.", nameof(value));

    /// <summary>
    /// Creates a computed number. Infinity and NaN, which JSON does not have, cause an error only when they are used.
    /// </summary>
    public static StatesValue OfNumber(double value) => double.IsFinite(value) ? StatesNumber.Of(value) : StatesNumber.NotFinite(value);

    /// <summary>Whether the value is a number.</summary>
    /// <exception cref="JsonataException">The value is infinite or NaN.</exception>
    public static bool IsNumeric(StatesValue? value)
    {
        if (value is not StatesNumber number)
            return false;
        return double.IsFinite(number.Value) ? true : throw JsonataErrors.Create("D1001", ("value", number.Value.ToString(CultureInfo.InvariantCulture)));
    }

    /// <exception cref="JsonataException">The concatenated array would be too large (<c>U1001</c>).</exception>
    public static Sequence Concat(StatesValue left, StatesValue right)
    {
        CheckSize((IsArray(left) ? Items(left).Length : 1L) + (IsArray(right) ? Items(right).Length : 1));
        return new([.. IsArray(left) ? Items(left) : [left], .. IsArray(right) ? Items(right) : [right]], isSequence: false);
    }

    /// <summary>Throws if an array would exceed the maximum number of items.</summary>
    /// <exception cref="JsonataException">The array would be too large (<c>U1001</c>).</exception>
    public static void CheckSize(long items)
    {
        if (items > LongestArray)
            throw JsonataErrors.Create("U1001", ("message", "Expression evaluation memory limit exceeded: Check for excessive memory usage"));
    }

    /// <summary>
    /// Implements <c>$append</c>: returns an array with the items of both values. If one value is undefined, returns the
    /// other value.
    /// </summary>
    public static StatesValue? Append(StatesValue? left, StatesValue? right) => left is null ? right : right is null ? left : Concat(left, right);

    /// <summary>Implements <c>$boolean</c>: an array is true if any of its items is true, and a function is false.</summary>
    public static bool IsTrue(StatesValue? value) => value switch
    {
        StatesBoolean boolean => boolean.Value,
        StatesString text => text.Value.Length > 0,
        StatesNumber number => IsNumeric(number) && number.Value != 0,
        StatesArray or Sequence => AnyTrue(Items(value)),
        StatesObject properties => properties.Count > 0,
        _ => false,
    };

    public static bool DeepEquals(StatesValue? left, StatesValue? right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left is null || right is null)
            return false;
        if (IsArray(left))
        {
            if (!IsArray(right))
                return false;
            var a = Items(left);
            var b = Items(right);
            if (a.Length != b.Length)
                return false;
            for (var i = 0; i < a.Length; i++)
            {
                if (!DeepEquals(a[i], b[i]))
                    return false;
            }

            return true;
        }

        if (left is StatesObject properties)
        {
            if (right is not StatesObject others || properties.Count != others.Count)
                return false;
            foreach (var (name, value) in properties)
            {
                if (!DeepEquals(value, others[name]))
                    return false;
            }

            return true;
        }

        return left.Equals(right);
    }

    /// <summary>Converts a value to plain JSON. Functions are omitted from objects and become null in arrays.</summary>
    public static StatesValue ToJson(StatesValue value)
    {
        switch (value)
        {
            case Sequence sequence:
                var items = new StatesValue[sequence.Items.Count];
                for (var i = 0; i < items.Length; i++)
                    items[i] = ToJson(sequence.Items[i]);
                return new StatesArray(items);
            case TupleStream stream:
                return new StatesArray([.. stream.Bindings.Select(binding => ToJson(binding.Context ?? StatesValue.Null))]);
            case StatesArray array when Holds(array.AsSpan()):
                return new StatesArray([.. array.Select(ToJson)]);
            case StatesObject properties when Holds(properties.Values):
                var builder = new StatesObjectBuilder(properties.Count);
                foreach (var (name, property) in properties)
                {
                    if (property is not FunctionValue)
                        builder.Set(name, ToJson(property));
                }

                return builder.Build();
            case FunctionValue:
                return StatesValue.Null;
            default:
                return value;
        }
    }

    /// <summary>
    /// Whether any of the values is or contains, at any depth, a value that is not plain JSON, such as a function.
    /// </summary>
    private static bool Holds(ReadOnlySpan<StatesValue> values)
    {
        foreach (var value in values)
        {
            var foreign = value switch
            {
                Sequence or TupleStream or FunctionValue => true,
                StatesArray array => Holds(array.AsSpan()),
                StatesObject properties => Holds(properties.Values),
                _ => false,
            };
            if (foreign)
                return true;
        }

        return false;
    }

    private static bool AnyTrue(ReadOnlySpan<StatesValue> items)
    {
        foreach (var item in items)
        {
            if (IsTrue(item))
                return true;
        }

        return false;
    }
}
