using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Engine;

/// <summary>The variables that a branch can read: its own, and those of the branches that contain it.</summary>
internal sealed class Variables(Variables? outer)
{
    private StatesObject _own = StatesObject.Empty;

    /// <summary>The total size of all variables as compact JSON, in UTF-8 bytes.</summary>
    public int Utf8Size => _own.Utf8Size + (outer?.Utf8Size ?? 0);

    public StatesValue? Find(string name) => _own[name] ?? outer?.Find(name);

    public void Assign(StatesObject values)
    {
        if (_own.Count == 0)
        {
            _own = values;
            return;
        }

        foreach (var (name, value) in values)
            _own = _own.With(name, value);
    }

    /// <summary>Returns all variables in one object. A branch's own variable hides an outer variable of the same name.</summary>
    public StatesObject ToJson()
    {
        if (outer is null)
            return _own;
        var all = outer.ToJson();
        foreach (var (name, value) in _own)
            all = all.With(name, value);
        return all;
    }

    public static Variables Of(StatesObject? values)
    {
        var variables = new Variables(null);
        if (values is not null)
            variables.Assign(values);
        return variables;
    }
}
