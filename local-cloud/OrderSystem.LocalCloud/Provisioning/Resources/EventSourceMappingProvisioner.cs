using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>
/// Provisions <c>AWS::Lambda::EventSourceMapping</c>. An enabled mapping starts at once, from its checkpoints if it has any.
/// </summary>
internal sealed class EventSourceMappingProvisioner(MappingRegistry mappings) : IResourceProvisioner
{
    public string Type => "AWS::Lambda::EventSourceMapping";

    public async Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var mapping = await mappings.ProvisionAsync(MappingDefinition.Read(property => declaration[property], declaration.Required("FunctionName")));
        var id = mapping.Definition.Id;
        return new ProvisionedResource(id, new Dictionary<string, string>(StringComparer.Ordinal) { ["Id"] = id });
    }
}
