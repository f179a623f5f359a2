using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Deployment.Schema;

/// <summary>
/// Checks a template against the published schema. The template must be the output of <c>aws cloudformation package</c>.
/// </summary>
internal sealed class TemplateCheck
{
    private static readonly string[] ResourceKeys = ["Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"];

    private readonly JsonObject _template;
    private readonly PublishedSchema _schema;
    private readonly List<string> _faults = [];
    private readonly List<CheckedProperty> _checked = [];

    public TemplateCheck(JsonObject template, PublishedSchema schema)
    {
        (_template, _schema) = (template, schema);
        _faults.AddRange(TemplateReferences.Faults(template, schema));
        foreach (var (logicalId, resource) in template["Resources"]!.AsObject())
        {
            _faults.AddRange(resource!.AsObject().Select(key => key.Key).Except(ResourceKeys).Select(key => $"{logicalId}: {key} is not a valid key of a resource"));
            if (schema.Properties((string)resource["Type"]!) is { } properties)
                Object(resource["Properties"], properties, logicalId);
            else
                Fault(logicalId, $"{resource["Type"]} is not a resource type");
        }
    }

    /// <summary>The faults that were found, each with its path in the template.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The properties whose types are in the schema.</summary>
    public IReadOnlyList<CheckedProperty> Checked => _checked;

    private void Fault(string where, string what) => _faults.Add($"{where}: {what}");

    private void Object(JsonNode? node, JsonObject properties, string where)
    {
        if (node is not JsonObject map)
        {
            Fault(where, "must be an object");
            return;
        }

        foreach (var (name, value) in map)
        {
            if (properties[name] is not { } type)
            {
                Fault(where, $"{name} is not a property");
                continue;
            }

            _checked.Add(new CheckedProperty($"{map.GetPath()}.{name}", (string)type["type"]!, type["required"]!.GetValue<bool>()));
            Value(value, type, $"{where}.{name}");
        }

        foreach (var (name, _) in properties.Where(property => property.Value!["required"]!.GetValue<bool>() && map[property.Key] is null))
            Fault(where, $"{name} is missing");
    }

    private void Value(JsonNode? value, JsonNode type, string where)
    {
        if (Intrinsics.Of(value) is { } call)
        {
            foreach (var result in Intrinsics.Results(call, _template))
                Result(result, type, where);
            return;
        }

        switch ((string)type["type"]!)
        {
            case "ref":
                Object(value, _schema.Definition(type), where);
                break;
            case "tag":
                if (value?["Key"] is null || value["Value"] is null)
                    Fault(where, "must be a tag, with Key and Value");
                break;
            case "array" when value is JsonArray array:
                foreach (var item in array)
                    Value(item, type["element"]!, where);
                break;
            case "map" when value is JsonObject map:
                foreach (var (key, item) in map)
                    Value(item, type["element"]!, $"{where}.{key}");
                break;
            case "union":
                Union(value, type["types"]!.AsArray(), where);
                break;
            case "json" when value is JsonObject or JsonArray or JsonValue:
            case "string" or "date-time" when value is JsonValue && Allowed(value, type):
            case "integer" or "number" when value?.GetValueKind() is JsonValueKind.Number && Allowed(value, type):
            case "boolean" when value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                break;
            default:
                Fault(where, $"{value?.ToJsonString() ?? "null"} is not a valid {type["type"]}{(type["allowedValues"] is { } allowed ? $"; allowed are {allowed.ToJsonString()}" : "")}");
                break;
        }
    }

    /// <summary>
    /// Checks one possible result of a function. If the result is a literal or a subtree (of <c>Fn::If</c>), checks its
    /// value; otherwise checks only its kind.
    /// </summary>
    private void Result(Intrinsics.Result result, JsonNode type, string where)
    {
        if (result.Node is { } node)
        {
            Value(node, type, where);
            return;
        }

        var wanted = (string)type["type"]!;
        var fits = wanted switch
        {
            "union" => type["types"]!.AsArray().Any(one => Fits(result.Kind, (string)one!["type"]!)),
            _ => Fits(result.Kind, wanted),
        };
        if (!fits)
            Fault(where, $"the type must be {wanted}, but the value is a {result.Kind}");
    }

    private static bool Fits(string kind, string wanted) => (kind, wanted) switch
    {
        (_, "json") => true,
        ("list", "array") => true,
        ("string", "string" or "date-time") => true,
        ("number", "integer" or "number" or "string") => true,
        _ => false,
    };

    private void Union(JsonNode? value, JsonArray types, string where)
    {
        var before = (_faults.Count, _checked.Count);
        List<string>? best = null;
        // If a property's real type was missing from an older version of the schema, the union of types contains
        // json as well as the real type. Check only against the real type.
        var real = types.Any(type => (string?)type!["type"] is "array" or "ref") ? types.Where(type => (string?)type!["type"] != "json") : types;
        foreach (var type in real)
        {
            Value(value, type!, where);
            if (_faults.Count == before.Item1)
                return;
            var faults = _faults.Skip(before.Item1).ToList();
            best = best is null || faults.Count < best.Count ? faults : best;
            _faults.RemoveRange(before.Item1, _faults.Count - before.Item1);
            _checked.RemoveRange(before.Item2, _checked.Count - before.Item2);
        }

        _faults.AddRange(best!);
    }

    private static bool Allowed(JsonNode value, JsonNode type) =>
        type["allowedValues"] is not JsonArray allowed || allowed.Any(one => one!.ToString() == value.ToString());
}

/// <summary>A property in the template whose type is in the schema.</summary>
/// <param name="Path">The property's JSON path in the template.</param>
/// <param name="Type">The property's type in the schema.</param>
/// <param name="Required">Whether the property is required.</param>
internal sealed record CheckedProperty(string Path, string Type, bool Required);
