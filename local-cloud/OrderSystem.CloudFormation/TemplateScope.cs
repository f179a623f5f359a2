using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderSystem.CloudFormation;

/// <summary>
/// Evaluates a template's intrinsic functions, using its parameters, mappings and conditions, the pseudo parameters, and
/// the resources added so far. CloudFormation Template Reference: "Intrinsic functions".
/// </summary>
public sealed partial class TemplateScope(
    JsonObject template,
    IReadOnlyDictionary<string, string> parameters,
    string stackName,
    string region)
{
    private static readonly object NoValue = new();

    private readonly Dictionary<string, ProvisionedResource> _resources = new(StringComparer.Ordinal);
    private readonly HashSet<string> _conditionsUnderWay = new(StringComparer.Ordinal);

    /// <summary>Makes a resource available to <c>Ref</c> and <c>GetAtt</c>.</summary>
    public void Add(string logicalId, ProvisionedResource resource) => _resources[logicalId] = resource;

    /// <summary>
    /// Evaluates the intrinsic functions in a JSON tree. A property or list element whose value is <c>AWS::NoValue</c> is
    /// removed.
    /// </summary>
    /// <exception cref="TemplateException">A reference or a function in the tree is invalid.</exception>
    public JsonNode? Evaluate(JsonNode? node) => Value(node) is JsonNode value ? value : null;

    /// <summary>Evaluates the properties of a resource.</summary>
    /// <exception cref="TemplateException">A property is invalid; the message names the resource.</exception>
    public JsonObject Properties(string logicalId, JsonNode resource)
    {
        try
        {
            return Evaluate(resource["Properties"]) switch
            {
                null => [],
                JsonObject properties => properties,
                _ => throw new TemplateException("Properties must be a map."),
            };
        }
        catch (TemplateException error)
        {
            throw new TemplateException($"{logicalId}: {error.Message}", error);
        }
    }

    /// <summary>Rejects values for parameters that the template does not declare.</summary>
    /// <exception cref="TemplateException">A value was given for a parameter that the template does not declare.</exception>
    public void CheckParameters()
    {
        if (parameters.Keys.FirstOrDefault(name => template["Parameters"]?[name] is null) is { } unknown)
            throw new TemplateException($"The template has no parameter {unknown}.");
    }

    /// <summary>Returns the ARN of the stack with the given name.</summary>
    public static string StackId(string region, string stackName) => $"arn:aws:cloudformation:{region}:{LocalAccount.Id}:stack/{stackName}/00000000-0000-0000-0000-000000000000";

    /// <summary>Returns the values of all parameters, given or default, by name.</summary>
    /// <exception cref="TemplateException">A parameter has no value, or its value is invalid.</exception>
    public IReadOnlyDictionary<string, string> Parameters() => (template["Parameters"] as JsonObject ?? [])
        .ToDictionary(parameter => parameter.Key, parameter => Parameter(parameter.Key, parameter.Value!), StringComparer.Ordinal);

    /// <summary>Returns the <c>Ref</c> value of a resource; a placeholder if the resource is not provisioned locally.</summary>
    public string PhysicalId(string logicalId) => Resource(logicalId).Ref;

    /// <summary>Evaluates a condition of the template.</summary>
    /// <exception cref="TemplateException">The condition does not exist, or refers to itself.</exception>
    public bool Holds(string condition)
    {
        if (template["Conditions"]?[condition] is not { } definition)
            throw new TemplateException($"Condition {condition} is not declared.");
        if (!_conditionsUnderWay.Add(condition))
            throw new TemplateException($"Condition {condition} refers to itself.");
        try
        {
            return Condition(definition);
        }
        finally
        {
            _conditionsUnderWay.Remove(condition);
        }
    }

    /// <summary>
    /// Returns the names that a JSON tree refers to: resources, parameters and pseudo parameters. Malformed references are
    /// skipped here; <see cref="Evaluate"/> reports them.
    /// </summary>
    public static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } call when call["Ref"] is JsonValue target => [Literal(target)],
        JsonObject { Count: 1 } call when call["Fn::GetAtt"] is { } path => [Literal(path is JsonArray array ? array.FirstOrDefault() : path).Split('.')[0]],
        JsonObject { Count: 1 } call when call["Fn::Sub"] is { } sub => SubReferences(sub),
        JsonObject map => map.SelectMany(property => References(property.Value)),
        JsonArray array => array.SelectMany(References),
        _ => [],
    };

    private static IEnumerable<string> SubReferences(JsonNode sub)
    {
        var text = Literal(sub is JsonArray array ? array.FirstOrDefault() : sub);
        var names = Placeholder().Matches(text).Select(match => match.Groups["name"].Value.Split('.')[0]);
        return sub is JsonArray { Count: 2 } withMap ? names.Concat(References(withMap[1])) : names;
    }

    private static string Literal(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private object? Value(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject { Count: 1 } call when IsFunction(call.First().Key):
                return Call(call.First().Key, call.First().Value);
            case JsonObject map:
                var properties = new JsonObject();
                foreach (var (name, property) in map)
                {
                    if (Value(property) is var value && value != NoValue)
                        properties[name] = (JsonNode?)value;
                }

                return properties;
            case JsonArray array:
                return new JsonArray([.. array.Select(Value).Where(value => value != NoValue).Cast<JsonNode?>()]);
            default:
                return node?.DeepClone();
        }
    }

    private static bool IsFunction(string name) => name is "Ref" || name.StartsWith("Fn::", StringComparison.Ordinal);

    private object? Call(string function, JsonNode? argument)
    {
        try
        {
            return Apply(function, argument);
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidCastException or ArgumentException or FormatException or OverflowException or NullReferenceException)
        {
            // An argument is missing, out of range or of the wrong type. JsonNode's own exceptions do not name the function.
            throw new TemplateException($"{function}: invalid argument {argument?.ToJsonString() ?? "null"}.", error);
        }
    }

    private object? Apply(string function, JsonNode? argument) => function switch
    {
        "Ref" => Ref((string)argument!),
        "Fn::GetAtt" => JsonValue.Create(GetAtt(argument!)),
        "Fn::Sub" => JsonValue.Create(Sub(argument!)),
        "Fn::Join" => JsonValue.Create(string.Join(Text(argument![0]), Items(argument[1]))),
        "Fn::If" => Value(Holds((string)argument![0]!) ? argument[1] : argument[2]),
        "Fn::FindInMap" => FindInMap(argument!.AsArray()),
        "Fn::Select" => JsonValue.Create(Items(argument![1])[int.Parse(Text(argument[0]))]),
        "Fn::Split" => new JsonArray([.. Text(argument![1]).Split(Text(argument[0])).Select(part => JsonValue.Create(part))]),
        "Fn::Base64" => JsonValue.Create(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Text(argument)))),
        "Fn::Length" => JsonValue.Create(Items(argument).Count),
        "Fn::ToJsonString" => JsonValue.Create(Evaluate(argument)?.ToJsonString() ?? "null"),
        "Fn::Equals" or "Fn::And" or "Fn::Or" or "Fn::Not" => JsonValue.Create(Condition(new JsonObject { [function] = argument!.DeepClone() })),
        _ => throw new TemplateException($"{function} is not supported."),
    };

    private object Ref(string name) => name switch
    {
        "AWS::NoValue" => NoValue,
        "AWS::NotificationARNs" => new JsonArray(),
        _ => (JsonNode?)ParameterList(name) ?? JsonValue.Create(Named(name)),
    };

    private JsonArray? ParameterList(string name) =>
        ((string?)template["Parameters"]?[name]?["Type"])?.Contains("List", StringComparison.Ordinal) == true
            ? new JsonArray([.. Named(name).Split(',', StringSplitOptions.TrimEntries).Select(item => JsonValue.Create(item))])
            : null;

    private string Named(string name) => name switch
    {
        "AWS::StackName" => stackName,
        "AWS::StackId" => StackId(region, stackName),
        "AWS::Region" => region,
        "AWS::AccountId" => LocalAccount.Id,
        "AWS::Partition" => "aws",
        "AWS::URLSuffix" => "amazonaws.com",
        _ when template["Parameters"]?[name] is { } declaration => Parameter(name, declaration),
        _ => Resource(name).Ref,
    };

    private string Parameter(string name, JsonNode declaration)
    {
        var value = parameters.TryGetValue(name, out var given) ? given
            : declaration["Default"]?.ToString() ?? throw new TemplateException($"Parameter {name} has no default; set it with --parameter {name}=VALUE.");
        if (declaration["AllowedValues"] is JsonArray allowed && !allowed.Any(item => item?.ToString() == value))
            throw new TemplateException($"Parameter {name} is '{value}', but must be one of {string.Join(", ", allowed.Select(item => item?.ToString()))}.");
        if (ParameterRules.Broken(value, declaration) is { } rule)
            throw new TemplateException($"Parameter {name} is '{value}', but {rule}.");
        return value;
    }

    private ProvisionedResource Resource(string logicalId) =>
        _resources.TryGetValue(logicalId, out var resource) ? resource
        : template["Resources"]?[logicalId] is { } declaration ? ProvisionedResource.Stand(logicalId, (string?)declaration["Type"] ?? "", stackName, region)
        : throw new TemplateException($"{logicalId} is neither a parameter nor a resource of the template.");

    private string GetAtt(JsonNode argument)
    {
        var (logicalId, attribute) = argument is JsonArray { Count: 2 } path
            ? ((string)path[0]!, Text(path[1]))
            : (((string)argument!).Split('.', 2)[0], ((string)argument!).Split('.', 2)[1]);
        return GetAtt(logicalId, attribute);
    }

    private string GetAtt(string logicalId, string attribute) =>
        Resource(logicalId).Attribute(attribute) ?? throw new TemplateException($"{logicalId} has no attribute {attribute} in the local cloud.");

    private string Sub(JsonNode argument)
    {
        var text = argument is JsonArray array ? (string)array[0]! : (string)argument!;
        var map = argument is JsonArray { Count: 2 } pair ? pair[1]!.AsObject() : null;
        return Placeholder().Replace(text, match =>
        {
            if (match.Groups["literal"].Success)
                return $"${{{match.Groups["literal"].Value}}}";
            var name = match.Groups["name"].Value;
            if (map?[name] is { } given)
                return Text(given);
            return name.Split('.', 2) is [var logicalId, var attribute] ? GetAtt(logicalId, attribute) : Named(name);
        });
    }

    private JsonNode? FindInMap(JsonArray argument)
    {
        var (map, top, second) = (Text(argument[0]), Text(argument[1]), Text(argument[2]));
        if (template["Mappings"]?[map]?[top]?[second] is { } found)
            return found.DeepClone();
        return argument.Count > 3 && argument[3]?["DefaultValue"] is { } standby
            ? Evaluate(standby)
            : throw new TemplateException($"Mappings has no entry {map}.{top}.{second}.");
    }

    private bool Condition(JsonNode definition)
    {
        var (function, argument) = definition is JsonObject { Count: 1 } call
            ? (call.First().Key, call.First().Value!)
            : throw new TemplateException($"{definition.ToJsonString()} is not a condition.");
        return function switch
        {
            "Condition" => Holds((string)argument!),
            "Fn::Equals" => Text(argument[0]) == Text(argument[1]),
            "Fn::Not" => !Condition(argument[0]!),
            "Fn::And" => argument.AsArray().All(item => Condition(item!)),
            "Fn::Or" => argument.AsArray().Any(item => Condition(item!)),
            _ => throw new TemplateException($"{function} is not a condition function."),
        };
    }

    private string Text(JsonNode? node) => Evaluate(node)?.ToString() ?? "";

    private List<string> Items(JsonNode? node) => Evaluate(node) is JsonArray items
        ? [.. items.Select(item => item?.ToString() ?? "")]
        : throw new TemplateException($"{node?.ToJsonString()} must be a list.");

    [GeneratedRegex(@"\$\{(?:!(?<literal>[^}]*)|(?<name>[^}!]+))\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
