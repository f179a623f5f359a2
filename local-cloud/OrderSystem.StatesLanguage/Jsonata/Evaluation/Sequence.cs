using System.Text.Json;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>
/// An array during an evaluation. If <see cref="IsSequence"/> is true, the array contains the results of a step: an empty
/// sequence means undefined, and a sequence with one result means that result itself. Otherwise, unlike a JSON array, the array
/// may contain sequences and functions.
/// </summary>
internal sealed class Sequence(List<StatesValue>? items, bool isSequence = true) : StatesValue
{
    private List<StatesValue>? _items = items;
    private int _measured;
    private int _deepest;

    public Sequence()
        : this([])
    {
    }

    public List<StatesValue> Items => _items ??= Range!.Value.ToItems();

    /// <summary>The number of items.</summary>
    public int Count => _items?.Count ?? Range!.Value.Count;

    /// <summary>
    /// The range of integers that the array represents; null if the array is not a range. The items of a range are created only
    /// when they are read.
    /// </summary>
    public IntegerRange? Range { get; init; }

    public bool IsSequence { get; } = isSequence;

    /// <summary>Whether a sequence with a single item is returned as an array rather than as the item itself.</summary>
    public bool KeepSingleton { get; set; }

    /// <summary>
    /// Whether the array was created by an array constructor at the start or end of a path. Such an array counts as one result.
    /// </summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether the sequence wraps the whole input because the input is an array.</summary>
    public bool WrapsInput { get; init; }

    public override StatesValueKind Kind => StatesValueKind.Array;

    public override int Utf8Size => Values.ToJson(this).Utf8Size;

    // Items are never removed, so the depth only needs to be computed for items that were added since the last call.
    public override int Depth
    {
        get
        {
            for (; _measured < (_items?.Count ?? 0); _measured++)
                _deepest = Math.Max(_deepest, _items![_measured].Depth);
            return _deepest + 1;
        }
    }

    public override void WriteTo(Utf8JsonWriter writer) => Values.ToJson(this).WriteTo(writer);

    public override bool Equals(StatesValue? other) => Values.DeepEquals(this, other);

    public override int GetHashCode() => Values.ToJson(this).GetHashCode();
}

/// <summary>
/// The results of a step, together with the variables that steps with <c>@</c>, <c>#</c> or <c>%</c> have bound.
/// </summary>
internal sealed class TupleStream(List<Binding> bindings) : StatesValue
{
    public List<Binding> Bindings { get; } = bindings;

    public override StatesValueKind Kind => StatesValueKind.Array;

    public override int Utf8Size => 0;

    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();

    public override bool Equals(StatesValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Bindings.Count;
}

/// <summary>One result of a step, and the variables that the path has bound up to this result.</summary>
internal sealed class Binding(StatesValue? context, Dictionary<string, StatesValue?>? variables = null)
{
    public StatesValue? Context { get; set; } = context;

    public Dictionary<string, StatesValue?> Variables { get; } = variables ?? [];
}

/// <summary>The consecutive integers of a range (<c>..</c>).</summary>
internal readonly record struct IntegerRange(double First, int Count)
{
    public List<StatesValue> ToItems()
    {
        var items = new List<StatesValue>(Count);
        for (var i = 0; i < Count; i++)
            items.Add(StatesNumber.Of(First + i));
        return items;
    }
}
