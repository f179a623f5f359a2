using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Jsonata.Evaluation;

/// <summary>Collects changes to individual objects within a value. Objects are identified by reference.</summary>
internal sealed class Transform
{
    private readonly Dictionary<JsonObject, List<(JsonObject? Update, List<string> Deletions)>> _changes = new(ReferenceEqualityComparer.Instance);

    /// <summary>Copies a value so that each object in it is a separate instance.</summary>
    public static JsonValue Copy(JsonValue value) => value switch
    {
        JsonObject { Count: > 0 } properties => new JsonObject([.. properties.Names], CopyAll(properties.Values)),
        JsonArray array => new JsonArray(CopyAll(array.AsSpan())),
        Sequence sequence => new JsonArray(CopyAll([.. sequence.Items])),
        _ => value,
    };

    public void Add(JsonObject target, JsonObject? update, IEnumerable<string> deletions)
    {
        if (!_changes.TryGetValue(target, out var changes))
            _changes.Add(target, changes = []);
        changes.Add((update, [.. deletions]));
    }

    public JsonValue ApplyTo(JsonValue value)
    {
        switch (value)
        {
            case JsonArray array:
                return new JsonArray([.. array.Select(ApplyTo)]);
            case JsonObject properties:
                var builder = new JsonObjectBuilder(properties.Count);
                foreach (var (name, property) in properties)
                    builder.Set(name, ApplyTo(property));
                var result = builder.Build();
                foreach (var (update, deletions) in _changes.GetValueOrDefault(properties) ?? [])
                {
                    foreach (var (name, property) in update ?? JsonObject.Empty)
                        result = result.With(name, property);
                    foreach (var name in deletions)
                        result = result.Without(name);
                }

                return result;
            default:
                return value;
        }
    }

    private static JsonValue[] CopyAll(ReadOnlySpan<JsonValue> values)
    {
        var copies = new JsonValue[values.Length];
        for (var i = 0; i < copies.Length; i++)
            copies[i] = Copy(values[i]);
        return copies;
    }
}
