using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Collects changes to individual objects within a value. Objects are identified by reference.</summary>
internal sealed class Transform
{
    private readonly Dictionary<StatesObject, List<(StatesObject? Update, List<string> Deletions)>> _changes = new(ReferenceEqualityComparer.Instance);

    /// <summary>Copies a value so that each object in it is a separate instance.</summary>
    public static StatesValue Copy(StatesValue value) => value switch
    {
        StatesObject { Count: > 0 } properties => new StatesObject([.. properties.Names], CopyAll(properties.Values)),
        StatesArray array => new StatesArray(CopyAll(array.AsSpan())),
        Sequence sequence => new StatesArray(CopyAll([.. sequence.Items])),
        _ => value,
    };

    public void Add(StatesObject target, StatesObject? update, IEnumerable<string> deletions)
    {
        if (!_changes.TryGetValue(target, out var changes))
            _changes.Add(target, changes = []);
        changes.Add((update, [.. deletions]));
    }

    public StatesValue ApplyTo(StatesValue value)
    {
        switch (value)
        {
            case StatesArray array:
                return new StatesArray([.. array.Select(ApplyTo)]);
            case StatesObject properties:
                var builder = new StatesObjectBuilder(properties.Count);
                foreach (var (name, property) in properties)
                    builder.Set(name, ApplyTo(property));
                var result = builder.Build();
                foreach (var (update, deletions) in _changes.GetValueOrDefault(properties) ?? [])
                {
                    foreach (var (name, property) in update ?? StatesObject.Empty)
                        result = result.With(name, property);
                    foreach (var name in deletions)
                        result = result.Without(name);
                }

                return result;
            default:
                return value;
        }
    }

    private static StatesValue[] CopyAll(ReadOnlySpan<StatesValue> values)
    {
        var copies = new StatesValue[values.Length];
        for (var i = 0; i < copies.Length; i++)
            copies[i] = Copy(values[i]);
        return copies;
    }
}
