using System.Text.Json;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>
/// An array while an expression is evaluated. As a sequence it is the results of a step: none is undefined, a single one
/// is the result itself. Otherwise it is an array that may hold what JSON can't: sequences and functions.
/// </summary>
internal sealed class Sequence(List<JsonValue>? items, bool isSequence = true) : JsonValue
{
    private List<JsonValue>? _items = items;
    private int _measured;
    private int _deepest;

    public Sequence()
        : this([])
    {
    }

    public List<JsonValue> Items => _items ??= Range!.Value.ToItems();

    /// <summary>How many items there are.</summary>
    public int Count => _items?.Count ?? Range!.Value.Count;

    /// <summary>The integers of a range, which become items only when these are looked at.</summary>
    public IntegerRange? Range { get; init; }

    public bool IsSequence { get; } = isSequence;

    /// <summary>Whether a single item stays an array.</summary>
    public bool KeepSingleton { get; set; }

    /// <summary>Whether an array constructor at an end of a path made it: one result, not many.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether it wraps the whole input, which is an array itself.</summary>
    public bool WrapsInput { get; init; }

    public override JsonKind Kind => JsonKind.Array;

    public override int Utf8Size => Values.ToJson(this).Utf8Size;

    // Items are only ever added, so those measured before need no second look.
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

    public override bool Equals(JsonValue? other) => Values.DeepEquals(this, other);

    public override int GetHashCode() => Values.ToJson(this).GetHashCode();
}

/// <summary>Results that carry bindings along: what steps with <c>@</c>, <c>#</c> and <c>%</c> make.</summary>
internal sealed class TupleStream(List<Binding> bindings) : JsonValue
{
    public List<Binding> Bindings { get; } = bindings;

    public override JsonKind Kind => JsonKind.Array;

    public override int Utf8Size => 0;

    public override void WriteTo(Utf8JsonWriter writer) => writer.WriteNullValue();

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Bindings.Count;
}

/// <summary>One result and the variables bound on the way to it.</summary>
internal sealed class Binding(JsonValue? context, Dictionary<string, JsonValue?>? variables = null)
{
    public JsonValue? Context { get; set; } = context;

    public Dictionary<string, JsonValue?> Variables { get; } = variables ?? [];
}

/// <summary>Consecutive integers, as <c>..</c> makes them.</summary>
internal readonly record struct IntegerRange(double First, int Count)
{
    public List<JsonValue> ToItems()
    {
        var items = new List<JsonValue>(Count);
        for (var i = 0; i < Count; i++)
            items.Add(JsonNumber.Of(First + i));
        return items;
    }
}
