using System.Text.Json.Nodes;
using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.CloudFormation;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Provisioning;

/// <summary>Provisions the resources of a template. Each resource is provisioned after the resources that it refers to.</summary>
internal sealed class StackProvisioner(IEnumerable<IResourceProvisioner> provisioners, Stack stack, LocalCloudOptions options, ILogger<StackProvisioner> logger)
{
    private readonly Dictionary<string, IResourceProvisioner> _provisioners = provisioners.ToDictionary(provisioner => provisioner.Type, StringComparer.Ordinal);

    /// <summary>Creates or updates all resources of the template.</summary>
    /// <exception cref="TemplateException">The template is invalid. Resources that were provisioned before the error occurred
    /// are not removed.</exception>
    public async Task ProvisionAsync(string path, CancellationToken cancellationToken)
    {
        var body = await File.ReadAllTextAsync(path, cancellationToken);
        stack.Begin(body);
        try
        {
            using var text = new StringReader(body);
            var template = TemplateReader.Read(text, Path.GetFileName(path));
            var scope = new TemplateScope(template, options.Parameters, options.StackName, options.Region);
            scope.CheckParameters();
            stack.Describe(template["Description"]?.ToString(), Shown(template, scope));
            await ProvisionAsync(template, scope, path, cancellationToken);
            stack.Complete(Outputs(template, scope));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            stack.Fail(error.Message);
            throw;
        }
    }

    /// <summary>
    /// Returns the parameters' values as CloudFormation shows them: values of parameters with <c>NoEcho</c> are masked.
    /// </summary>
    private static Dictionary<string, string> Shown(JsonObject template, TemplateScope scope) => scope.Parameters().ToDictionary(
        parameter => parameter.Key,
        parameter => template["Parameters"]?[parameter.Key]?["NoEcho"]?.ToString() is "true" or "True" ? "****" : parameter.Value,
        StringComparer.Ordinal);

    private async Task ProvisionAsync(JsonObject template, TemplateScope scope, string path, CancellationToken cancellationToken)
    {
        var ignored = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (logicalId, resource) in TemplateOrder.Of(template, scope, _provisioners.ContainsKey))
        {
            var type = (string)resource["Type"]!;
            if (!_provisioners.TryGetValue(type, out var provisioner))
            {
                ignored.Add(type);
                stack.Record(logicalId, type, "CREATE_COMPLETE", scope.PhysicalId(logicalId), "LocalCloud does not run this resource. Its physical id is a placeholder.");
                continue;
            }

            stack.Record(logicalId, type, "CREATE_IN_PROGRESS");
            var declaration = new ResourceDeclaration(logicalId, type, scope.Properties(logicalId, resource), options.StackName, Path.GetDirectoryName(Path.GetFullPath(path))!);
            try
            {
                var provisioned = await provisioner.ProvisionAsync(declaration, cancellationToken);
                scope.Add(logicalId, provisioned);
                stack.Record(logicalId, type, "CREATE_COMPLETE", provisioned.Ref);
            }
            catch (Exception error) when (error is AwsServiceException or MappingRefusedException)
            {
                stack.Record(logicalId, type, "CREATE_FAILED", reason: error.Message);
                throw new TemplateException($"{logicalId} ({type}): {error.Message}", error);
            }

            ignored.UnionWith(declaration.Ignored.Select(property => $"{type} {property}"));
        }

        if (ignored.Count > 0)
            logger.IgnoredInTemplate(string.Join(", ", ignored));
    }

    private SortedDictionary<string, string> Outputs(JsonObject template, TemplateScope scope)
    {
        var outputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, output) in template["Outputs"] as JsonObject ?? [])
        {
            try
            {
                if (output?["Condition"] is { } condition && !scope.Holds(condition.ToString()))
                    continue;
                outputs[name] = scope.Evaluate(output?["Value"])?.ToString() ?? "";
            }
            catch (TemplateException error)
            {
                logger.OutputOmitted(name, error.Message);
            }
        }

        return outputs;
    }
}
