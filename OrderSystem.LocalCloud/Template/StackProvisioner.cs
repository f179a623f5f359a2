using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Template;

/// <summary>Provisions a template: each resource after those that it names.</summary>
internal sealed class StackProvisioner(IEnumerable<IResourceProvisioner> provisioners, LocalCloudOptions options, ILogger<StackProvisioner> logger)
{
    private readonly Dictionary<string, IResourceProvisioner> _provisioners = provisioners.ToDictionary(provisioner => provisioner.Type, StringComparer.Ordinal);

    /// <summary>Makes everything the template declares exist.</summary>
    /// <exception cref="TemplateException">The template is refused; what came before in its order exists by then.</exception>
    public async Task ProvisionAsync(string path, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(path);
        var template = TemplateReader.Read(text, Path.GetFileName(path));
        var scope = new TemplateScope(template, options.Parameters, options.StackName, options.Region);
        var ignored = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (logicalId, resource) in InOrder(template, scope))
        {
            var type = (string?)resource["Type"] ?? throw new TemplateException($"{logicalId} has no Type.");
            if (!_provisioners.TryGetValue(type, out var provisioner))
            {
                ignored.Add(type);
                continue;
            }

            var properties = scope.Evaluate(resource["Properties"])?.AsObject() ?? [];
            var declaration = new ResourceDeclaration(logicalId, type, properties, options.StackName, Path.GetDirectoryName(Path.GetFullPath(path))!);
            try
            {
                scope.Add(logicalId, await provisioner.ProvisionAsync(declaration, cancellationToken));
            }
            catch (AwsServiceException error)
            {
                throw new TemplateException($"{logicalId} ({type}): {error.Message}", error);
            }

            ignored.UnionWith(declaration.Ignored.Select(property => $"{type} {property}"));
        }

        if (ignored.Count > 0)
            logger.IgnoredInTemplate(string.Join(", ", ignored));
    }

    // Those that mean nothing here come last: nobody waits for them, and their own references may then be whatever they like.
    private List<KeyValuePair<string, JsonNode>> InOrder(JsonObject template, TemplateScope scope)
    {
        var resources = (template["Resources"]?.AsObject() ?? throw new TemplateException("The template has no Resources."))
            .Where(resource => resource.Value?["Condition"] is not { } condition || scope.Holds((string)condition!))
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
            if (_provisioners.ContainsKey((string?)resource["Type"] ?? ""))
            {
                foreach (var reference in TemplateScope.References(resource["Properties"]).Concat(DependsOn(resource)))
                    Visit(reference);
            }

            visiting.Remove(logicalId);
            done.Add(logicalId);
            ordered.Add(KeyValuePair.Create(logicalId, resource));
        }
    }

    private static IEnumerable<string> DependsOn(JsonNode resource) => resource["DependsOn"] switch
    {
        JsonArray names => names.Select(name => (string)name!),
        JsonValue name => [(string)name!],
        _ => [],
    };
}
