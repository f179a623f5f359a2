using System.Collections;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>An immutable JSON array.</summary>
public sealed class JsonArray : JsonValue, IReadOnlyList<JsonValue>
{
    /// <summary>The empty array.</summary>
    public static readonly JsonArray Empty = new([]);

    private readonly JsonValue[] _items;
    private int _utf8Size;
    private int _depth;

    internal JsonArray(JsonValue[] items) => _items = items;

    /// <summary>Creates an array of the given values.</summary>
    public JsonArray(IEnumerable<JsonValue> items) => _items = [.. items];

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Array;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public override int Utf8Size => _utf8Size != 0 ? _utf8Size : _utf8Size = JsonText.SizeOf(_items);

    /// <inheritdoc/>
    public override int Depth => _depth != 0 ? _depth : _depth = JsonText.DepthOf(_items);

    /// <inheritdoc/>
    public JsonValue this[int index] => _items[index];

    /// <summary>Returns the items of the array as a span.</summary>
    public ReadOnlySpan<JsonValue> AsSpan() => _items;

    /// <summary>Returns a copy of this array with the item at the index replaced.</summary>
    public JsonArray With(int index, JsonValue value)
    {
        var items = (JsonValue[])_items.Clone();
        items[index] = value;
        return new JsonArray(items);
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
    public override bool Equals(JsonValue? other) =>
        ReferenceEquals(this, other) || (other is JsonArray array && _items.AsSpan().SequenceEqual(array._items));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in _items)
            hash.Add(item);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<JsonValue> GetEnumerator() => ((IEnumerable<JsonValue>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
