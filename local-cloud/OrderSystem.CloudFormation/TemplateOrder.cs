using System.Text.Json.Nodes;

namespace OrderSystem.CloudFormation;

/// <summary>
/// Orders a template's resources for provisioning, so that each resource comes after the resources to which it refers.
/// </summary>
public static class TemplateOrder
{
    /// <summary>Returns the resources whose condition is true or missing, in provisioning order.</summary>
    /// <param name="template">The template.</param>
    /// <param name="scope">Evaluates the conditions.</param>
    /// <param name="isProvisioned">
    /// Returns whether a resource type is provisioned locally. References in resources of other types do not affect the order.
    /// </param>
    /// <exception cref="TemplateException">
    /// Resources refer to each other in a cycle, or the Resources section is missing or malformed.
    /// </exception>
    public static IReadOnlyList<KeyValuePair<string, JsonNode>> Of(JsonObject template, TemplateScope scope, Func<string, bool> isProvisioned)
    {
        var resources = (template["Resources"] as JsonObject ?? throw new TemplateException("The template needs a Resources map."))
            .Where(resource => Declaration(resource)["Condition"] is not { } condition || scope.Holds(Text(condition, $"{resource.Key}'s Condition")))
            .ToDictionary(resource => resource.Key, resource => resource.Value!, StringComparer.Ordinal);
        var ordered = new List<KeyValuePair<string, JsonNode>>();
        var visiting = new HashSet<string>(StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var logicalId in resources.Keys)
            Visit(logicalId);
        return ordered;

        void Visit(string logicalId)
        {
            if (!resources.TryGetValue(logicalId, out var resource) || done.Contains(logicalId))
                return;
            if (!visiting.Add(logicalId))
                throw new TemplateException($"Circular dependency between resources: [{string.Join(", ", visiting.Order(StringComparer.Ordinal))}]");
            if (isProvisioned(Text(resource["Type"], $"{logicalId}'s Type")))
            {
                foreach (var reference in TemplateScope.References(resource["Properties"]).Concat(DependsOn(resource)))
                    Visit(reference);
            }

            visiting.Remove(logicalId);
            done.Add(logicalId);
            ordered.Add(KeyValuePair.Create(logicalId, resource));
        }
    }

    private static JsonObject Declaration(KeyValuePair<string, JsonNode?> resource) =>
        resource.Value as JsonObject ?? throw new TemplateException($"{resource.Key} must be a map with a Type.");

    private static IEnumerable<string> DependsOn(JsonNode resource) => resource["DependsOn"] switch
    {
        JsonArray names => names.Select(name => Text(name, "DependsOn")),
        JsonValue name => [Text(name, "DependsOn")],
        _ => [],
    };

    private static string Text(JsonNode? node, string what) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new TemplateException($"{what} must be a string.");
}
