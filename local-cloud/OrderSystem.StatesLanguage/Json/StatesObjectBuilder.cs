namespace OrderSystem.StatesLanguage.Json;

/// <summary>
/// Builds a <see cref="StatesObject"/>. A property that is set twice keeps its first position and its last value.
/// </summary>
public sealed class StatesObjectBuilder(int capacity = 4)
{
    private const int LargestSearchedInLine = 16;

    private readonly List<string> _names = new(capacity);
    private readonly List<StatesValue> _values = new(capacity);
    private Dictionary<string, int>? _index;

    /// <summary>The number of properties.</summary>
    public int Count => _names.Count;

    /// <summary>Sets a property, replacing its value if it exists.</summary>
    public StatesObjectBuilder Set(string name, StatesValue value)
    {
        var index = IndexOf(name);
        if (index >= 0)
        {
            _values[index] = value;
            return this;
        }

        _index?.Add(name, _names.Count);
        _names.Add(name);
        _values.Add(value);
        return this;
    }

    /// <summary>Returns the current value of a property; null if it has not been set.</summary>
    public StatesValue? Find(string name) => IndexOf(name) is >= 0 and var index ? _values[index] : null;

    /// <summary>Creates the object. The builder can be used again afterwards.</summary>
    public StatesObject Build() => _names.Count == 0 ? StatesObject.Empty : new StatesObject([.. _names], [.. _values]);

    private int IndexOf(string name)
    {
        if (_names.Count <= LargestSearchedInLine)
            return _names.IndexOf(name);
        if (_index is null)
        {
            _index = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < _names.Count; i++)
                _index.Add(_names[i], i);
        }

        return _index.GetValueOrDefault(name, -1);
    }
}
