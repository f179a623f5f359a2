using System.Collections;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>An immutable JSON array.</summary>
public sealed class StatesArray : StatesValue, IReadOnlyList<StatesValue>
{
    /// <summary>The empty array.</summary>
    public static readonly StatesArray Empty = new([]);

    private readonly StatesValue[] _items;
    private int _utf8Size;
    private int _depth;

    internal StatesArray(StatesValue[] items) => _items = items;

    /// <summary>Creates an array of the given values.</summary>
    public StatesArray(IEnumerable<StatesValue> items) => _items = [.. items];

    /// <inheritdoc/>
    public override StatesValueKind Kind => StatesValueKind.Array;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public override int Utf8Size => _utf8Size != 0 ? _utf8Size : _utf8Size = JsonText.SizeOf(_items);

    /// <inheritdoc/>
    public override int Depth => _depth != 0 ? _depth : _depth = JsonText.DepthOf(_items);

    /// <inheritdoc/>
    public StatesValue this[int index] => _items[index];

    /// <summary>Returns the items of the array as a span.</summary>
    public ReadOnlySpan<StatesValue> AsSpan() => _items;

    /// <summary>Returns a copy of this array with the item at the index replaced.</summary>
    public StatesArray With(int index, StatesValue value)
    {
        var items = (StatesValue[])_items.Clone();
        items[index] = value;
        return new StatesArray(items);
    }

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var item in _items)
            item.WriteTo(writer);
        writer.WriteEndArray();
    }

    /// <inheritdoc/>
    public override bool Equals(StatesValue? other) =>
        ReferenceEquals(this, other) || (other is StatesArray array && _items.AsSpan().SequenceEqual(array._items));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<StatesValue> GetEnumerator() => ((IEnumerable<StatesValue>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
