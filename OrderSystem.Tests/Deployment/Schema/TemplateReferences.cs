using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderSystem.Tests.Deployment.Schema;

/// <summary>Checks that every reference in a template has a target, and that every parameter and condition is used.</summary>
internal static partial class TemplateReferences
{
    private static readonly string[] Pseudo = ["AWS::AccountId", "AWS::NoValue", "AWS::NotificationARNs", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"];

    public static IEnumerable<string> Faults(JsonObject template, PublishedSchema schema)
    {
        var resources = template["Resources"]!.AsObject();
        var parameters = template["Parameters"]?.AsObject() ?? [];
        var conditions = template["Conditions"]?.AsObject() ?? [];
        var named = new HashSet<string>(StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var (section, tree) in template)
            Visit(tree, section);
        foreach (var (logicalId, resource) in resources)
        {
            if (resource!["Condition"] is { } condition)
                Condition((string)condition!, logicalId);
            foreach (var other in resource["DependsOn"] switch { JsonArray many => many.Select(one => (string)one!), JsonValue one => [(string)one!], _ => [] })
            {
                if (!resources.ContainsKey(other))
                    faults.Add($"{logicalId}: depends on {other}, which is not a resource");
            }
        }

        faults.AddRange(resources.Where(resource => parameters.ContainsKey(resource.Key)).Select(resource => $"{resource.Key}: is both a parameter and a resource"));
        faults.AddRange(parameters.Concat(conditions).Select(declared => declared.Key).Except(named).Select(unused => $"{unused}: is not used"));
        return faults;

        void Visit(JsonNode? node, string where)
        {
            if (Intrinsics.Of(node) is var (function, argument))
                Call(function, argument, where);
            switch (node)
            {
                case JsonObject { Count: 1 } one when one["Condition"] is JsonValue condition:
                    Condition((string)condition!, where);
                    break;
                case JsonObject map:
                    foreach (var (key, value) in map)
                        Visit(value, $"{where}.{key}");
                    break;
                case JsonArray array:
                    foreach (var item in array)
                        Visit(item, where);
                    break;
            }
        }

        void Call(string function, JsonNode? argument, string where)
        {
            switch (function)
            {
                case "Ref":
                    Name((string)argument!, where);
                    break;
                case "Fn::GetAtt":
                    Attribute((string)argument![0]!, (string)argument[1]!, where);
                    break;
                case "Fn::If":
                    Condition((string)argument![0]!, where);
                    break;
                case "Fn::Sub":
                    var text = argument is JsonArray pair ? (string)pair[0]! : (string)argument!;
                    var given = argument is JsonArray { Count: 2 } withMap ? withMap[1]!.AsObject() : [];
                    foreach (var name in Placeholder().Matches(text).Select(match => match.Groups["name"].Value).Where(name => !given.ContainsKey(name)))
                    {
                        if (name.Split('.', 2) is [var logicalId, var attribute])
                            Attribute(logicalId, attribute, where);
                        else
                            Name(name, where);
                    }

                    break;
                case "Fn::And" or "Fn::Or" or "Fn::Not" or "Fn::Equals" or "Fn::Contains" or "Fn::Join" or "Fn::Select" or "Fn::Split":
                    break;
                default:
                    faults.Add($"{where}: {function} is not a function that this template may use");
                    break;
            }
        }

        void Name(string name, string where)
        {
            named.Add(name);
            if (!parameters.ContainsKey(name) && !resources.ContainsKey(name) && !Pseudo.Contains(name))
                faults.Add($"{where}: {name} is neither a parameter nor a resource");
        }

        void Attribute(string logicalId, string attribute, string where)
        {
            if (!schema.HasAttribute((string?)resources[logicalId]?["Type"] ?? "", attribute))
                faults.Add($"{where}: {logicalId} has no attribute {attribute}");
        }

        void Condition(string name, string where)
        {
            named.Add(name);
            if (!conditions.ContainsKey(name))
                faults.Add($"{where}: {name} is not a condition");
        }
    }

    [GeneratedRegex(@"\$\{(?<name>[^}!]+)\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
