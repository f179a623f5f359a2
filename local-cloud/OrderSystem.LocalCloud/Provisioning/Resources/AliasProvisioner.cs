using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>
/// Provisions <c>AWS::Lambda::Alias</c>. An alias always refers to one version; <c>RoutingConfig</c> is ignored.
/// </summary>
internal sealed class AliasProvisioner(FunctionRegistry functions) : IResourceProvisioner
{
    public string Type => "AWS::Lambda::Alias";

    public Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var function = functions.Get(declaration.Required("FunctionName"));
        var (name, version) = (declaration.Required("Name"), declaration.Required("FunctionVersion"));
        if (version != FunctionVersions.Latest && !function.Versions.Published.Contains(version))
            throw declaration.Refused("FunctionVersion", $"is {version}, but the function {function.Configuration.Name} has no such version");
        function.Versions.SetAlias(name, version);
        var arn = $"{function.Arn}:{name}";
        return Task.FromResult(new ProvisionedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["AliasArn"] = arn }));
    }
}
