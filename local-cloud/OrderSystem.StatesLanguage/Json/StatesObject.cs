using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrderSystem.StatesLanguage.Json;

/// <summary>
/// An immutable JSON object with ordered properties. A large object builds a hash table when a property is first looked
/// up.
/// </summary>
public sealed class StatesObject : StatesValue, IReadOnlyCollection<KeyValuePair<string, StatesValue>>
{
    /// <summary>The object with no properties.</summary>
    public static readonly StatesObject Empty = new([], []);

    private const int LargestSearchedInLine = 8;

    private readonly string[] _names;
    private readonly StatesValue[] _values;
    private Dictionary<string, int>? _index;
    private int _utf8Size;
    private int _depth;

    /// <summary>Takes ownership of both arrays. The names must be distinct.</summary>
    internal StatesObject(string[] names, StatesValue[] values)
    {
        _names = names;
        _values = values;
    }

    /// <inheritdoc/>
    public override StatesValueKind Kind => StatesValueKind.Object;

    /// <inheritdoc/>
    public int Count => _names.Length;

    /// <summary>The property names, in order.</summary>
    public ReadOnlySpan<string> Names => _names;

    /// <summary>The property values, in the order of <see cref="Names"/>.</summary>
    public ReadOnlySpan<StatesValue> Values => _values;

    /// <inheritdoc/>
    public override int Utf8Size => _utf8Size != 0 ? _utf8Size : _utf8Size = JsonText.SizeOf(_names, _values);

    /// <inheritdoc/>
    public override int Depth => _depth != 0 ? _depth : _depth = JsonText.DepthOf(_values);

    /// <summary>The value of a property, or null if the property does not exist.</summary>
    public StatesValue? this[string name] => IndexOf(name) is >= 0 and var index ? _values[index] : null;

    /// <summary>Creates an object with the given properties.</summary>
    public static StatesObject Of(params ReadOnlySpan<(string Name, StatesValue Value)> properties)
    {
        var builder = new StatesObjectBuilder(properties.Length);
        foreach (var (name, value) in properties)
            builder.Set(name, value);
        return builder.Build();
    }

    /// <summary>Returns whether the property exists, and its value.</summary>
    public bool TryGetValue(string name, [NotNullWhen(true)] out StatesValue? value) => (value = this[name]) is not null;

    /// <summary>Returns whether the property exists.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>Returns a copy of this object with the property set; an existing property keeps its position.</summary>
    public StatesObject With(string name, StatesValue value)
    {
        var index = IndexOf(name);
        if (index >= 0)
        {
            if (ReferenceEquals(_values[index], value))
                return this;
            var values = (StatesValue[])_values.Clone();
            values[index] = value;
            return new StatesObject(_names, values);
        }

        return new StatesObject([.. _names, name], [.. _values, value]);
    }

    /// <summary>Returns a copy of this object without the property.</summary>
    public StatesObject Without(string name)
    {
        var index = IndexOf(name);
        return index < 0
            ? this
            : new StatesObject([.. _names.AsSpan(0, index), .. _names.AsSpan(index + 1)], [.. _values.AsSpan(0, index), .. _values.AsSpan(index + 1)]);
    }

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        for (var i = 0; i < _names.Length; i++)
        {
            writer.WritePropertyName(_names[i]);
            _values[i].WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override bool Equals(StatesValue? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is not StatesObject that || that.Count != Count)
            return false;
        for (var i = 0; i < _names.Length; i++)
        {
            if (!_values[i].Equals(that[_names[i]]))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = Count;
        for (var i = 0; i < _names.Length; i++)
            hash ^= HashCode.Combine(_names[i], _values[i]);
        return hash;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, StatesValue>> GetEnumerator()
    {
        for (var i = 0; i < _names.Length; i++)
            yield return new(_names[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name)
    {
        if (_names.Length > LargestSearchedInLine)
            return (_index ??= BuildIndex()).GetValueOrDefault(name, -1);
        for (var i = 0; i < _names.Length; i++)
        {
            if (_names[i] == name)
                return i;
        }

        return -1;
    }

    private Dictionary<string, int> BuildIndex()
    {
        var index = new Dictionary<string, int>(_names.Length, StringComparer.Ordinal);
        for (var i = 0; i < _names.Length; i++)
            index[_names[i]] = i;
        return index;
    }
}
