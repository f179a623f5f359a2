using OrderSystem.LocalCloud.Http;
using OrderSystem.Templates;

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
        scope.CheckParameters();
        var ignored = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (logicalId, resource) in TemplateOrder.Of(template, scope, _provisioners.ContainsKey))
        {
            var type = (string)resource["Type"]!;
            if (!_provisioners.TryGetValue(type, out var provisioner))
            {
                ignored.Add(type);
                continue;
            }

            var declaration = new ResourceDeclaration(logicalId, type, scope.Properties(logicalId, resource), options.StackName, Path.GetDirectoryName(Path.GetFullPath(path))!);
            try
            {
                scope.Add(logicalId, await provisioner.ProvisionAsync(declaration, cancellationToken));
            }
            catch (Exception error) when (error is AwsServiceException or MappingRefusedException)
            {
                throw new TemplateException($"{logicalId} ({type}): {error.Message}", error);
            }

            ignored.UnionWith(declaration.Ignored.Select(property => $"{type} {property}"));
        }

        if (ignored.Count > 0)
            logger.IgnoredInTemplate(string.Join(", ", ignored));
    }
}
