using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.Lambda;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>Provisions <c>AWS::Lambda::Version</c>. The process that serves the function serves all of its versions.</summary>
internal sealed class VersionProvisioner(FunctionRegistry functions) : IResourceProvisioner
{
    public string Type => "AWS::Lambda::Version";

    public Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var function = functions.Get(declaration.Required("FunctionName"));
        var version = function.Versions.Publish(declaration.LogicalId);
        var arn = $"{function.Arn}:{version}";
        return Task.FromResult(new ProvisionedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["Version"] = version, ["FunctionArn"] = arn }));
    }
}
