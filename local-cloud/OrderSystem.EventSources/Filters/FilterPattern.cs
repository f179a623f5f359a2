using System.Buffers;
using System.Text.Json;

namespace OrderSystem.EventSources.Filters;

/// <summary>
/// A filter pattern: a JSON object whose properties must all match. Each leaf is a list of rules, and matches if any rule
/// matches.
/// </summary>
internal sealed class FilterPattern
{
    private const int MaximumCharacters = 4096;

    private readonly ObjectNode _root;

    private FilterPattern(ObjectNode root) => _root = root;

    /// <exception cref="FilterPatternException">The text is not a valid pattern.</exception>
    public static FilterPattern Parse(string text)
    {
        if (text.Length > MaximumCharacters)
            throw new FilterPatternException($"A filter pattern has {text.Length} characters, but at most {MaximumCharacters} are allowed.");
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new FilterPatternException($"Filter pattern {text} is not a JSON object.");
            return new FilterPattern(ParseObject(document.RootElement, "$"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // An escaped lone surrogate, which JSON's grammar allows, causes an InvalidOperationException.
            throw new FilterPatternException($"Filter pattern {text} is not valid JSON: {error.Message}");
        }
    }

    public bool Matches(JsonElement record) => _root.Matches(record);

    public bool MayMatch(string property, JsonElement value) => _root.MayMatch(property, value);

    private static ObjectNode ParseObject(JsonElement pattern, string path)
    {
        var properties = new List<(string Name, Node Node)>();
        var alternatives = new List<Node>();
        foreach (var property in pattern.EnumerateObject())
        {
            var place = $"{path}.{property.Name}";
            if (property.Name == "$or" && IsOr(property.Value))
                alternatives.Add(new OrNode([.. property.Value.EnumerateArray().Select(item => ParseObject(item, place))]));
            else
                properties.Add(Nest(property.Name, ParseValue(property.Value, place)));
        }

        if (properties.Count + alternatives.Count == 0)
            throw new FilterPatternException($"{path} is an empty object; it needs a property.");
        return new ObjectNode([.. properties], [.. alternatives]);
    }

    // As in EventBridge, a name with dots is a path: {"a.b": ["x"]} is the same as {"a": {"b": ["x"]}}.
    private static (string Name, Node Node) Nest(string name, Node node)
    {
        var dot = name.LastIndexOf('.');
        return dot <= 0 || dot == name.Length - 1 ? (name, node) : Nest(name[..dot], new ObjectNode([(name[(dot + 1)..], node)], []));
    }

    // As in EventBridge, "$or" is an operator only if its value is a list of at least two objects that contain rules.
    // Otherwise, "$or" is the name of an ordinary property.
    private static bool IsOr(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() >= 2 && value.EnumerateArray().All(item =>
            item.ValueKind == JsonValueKind.Object && item.EnumerateObject().Any(property => property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object));

    private static Node ParseValue(JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.Object => ParseObject(value, path),
        JsonValueKind.Array when value.GetArrayLength() > 0 =>
            new LeafNode([.. value.EnumerateArray().Select(rule => FilterRule.Parse(rule, path))]),
        JsonValueKind.Array => throw new FilterPatternException($"{path} is an empty list; it needs a rule."),
        _ => throw new FilterPatternException($"{path} must be an object or a list of rules."),
    };

    private abstract class Node
    {
        public abstract bool Matches(JsonElement? value);
    }

    private sealed class ObjectNode((string Name, Node Node)[] properties, Node[] alternatives) : Node
    {
        public bool MayMatch(string property, JsonElement value) => Array.TrueForAll(properties, rule => rule.Name != property || rule.Node.Matches(value));

        public override bool Matches(JsonElement? value)
        {
            // A list in the event matches if any of its elements matches.
            if (value is { ValueKind: JsonValueKind.Array } list)
                return list.EnumerateArray().Any(item => Matches(item));
            var holder = value is { ValueKind: JsonValueKind.Object } element ? element : (JsonElement?)null;
            foreach (var (name, node) in properties)
            {
                if (!node.Matches(holder is { } map ? Find(map, name) : null))
                    return false;
            }

            return Array.TrueForAll(alternatives, node => node.Matches(value));
        }

        private static JsonElement? Find(JsonElement holder, string name)
        {
            if (holder.TryGetProperty(name, out var found))
                return found;
            var parts = holder.EnumerateObject().Where(property => property.Name.Length > name.Length + 1 && property.Name[name.Length] == '.' && property.Name.StartsWith(name, StringComparison.Ordinal)).ToArray();
            return parts.Length == 0 ? null : Join(parts, name.Length + 1);
        }

        // A name with dots in the event is a path, too: {"a.b": "x"} is read as {"a": {"b": "x"}}.
        private static JsonElement Join(JsonProperty[] parts, int skipped)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                foreach (var part in parts)
                {
                    writer.WritePropertyName(part.Name.AsSpan(skipped));
                    part.Value.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            using var document = JsonDocument.Parse(buffer.WrittenMemory, new JsonDocumentOptions { MaxDepth = 256 });
            return document.RootElement.Clone();
        }
    }

    private sealed class OrNode(Node[] choices) : Node
    {
        public override bool Matches(JsonElement? value) => Array.Exists(choices, choice => choice.Matches(value));
    }

    private sealed class LeafNode(FilterRule[] rules) : Node
    {
        public override bool Matches(JsonElement? value)
        {
            if (value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0)
                return list.EnumerateArray().Any(item => Array.Exists(rules, rule => rule.Matches(Leaf(item))));
            return Array.Exists(rules, rule => rule.Matches(Leaf(value)));
        }

        // Rules apply only to leaves, so an object or a list counts as absent.
        private static JsonElement? Leaf(JsonElement? value) => value is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } ? null : value;
    }
}
