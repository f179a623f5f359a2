using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.StepFunctions;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;

namespace OrderSystem.LocalCloud.Provisioning.Resources;

/// <summary>Provisions <c>AWS::StepFunctions::StateMachine</c>.</summary>
internal sealed class StateMachineProvisioner(StateMachineRegistry registry, LocalCloudOptions options, TimeProvider time) : IResourceProvisioner
{
    public string Type => "AWS::StepFunctions::StateMachine";

    public async Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var name = declaration.Name("StateMachineName");
        var definition = StateMachineDefinition.Read(declaration);
        var arn = await CreateOrUpdateAsync(name, definition, declaration.String("StateMachineType") ?? "STANDARD", declaration.String("RoleArn") ?? "");
        return new ProvisionedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn, ["Name"] = name });
    }

    private async ValueTask<string> CreateOrUpdateAsync(string name, string definition, string type, string roleArn)
    {
        var arn = StatesArn.Of(options.Region, "stateMachine", ResourceName.Check(name));
        var existing = registry.Find(arn);
        if (existing is not null && existing.Revision.Definition == definition && existing.Revision.RoleArn == roleArn)
            return arn;
        var revision = registry.Compile(name, existing is null ? null : Guid.NewGuid().ToString(), definition, type, roleArn, logging: null, tracing: false);
        existing?.Update(revision);
        await registry.SaveAsync(existing ?? registry.GetOrAdd(new StateMachineResource(arn, name, type, time.GetUtcNow(), revision)));
        return arn;
    }
}
