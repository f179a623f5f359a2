using OrderSystem.CloudFormation;
using OrderSystem.LocalCloud.StepFunctions;

namespace OrderSystem.LocalCloud.Template.Resources;

/// <summary>Provisions <c>AWS::StepFunctions::StateMachine</c>.</summary>
internal sealed class StateMachineProvisioner(IStateMachineProvisioner stateMachines) : IResourceProvisioner
{
    public string Type => "AWS::StepFunctions::StateMachine";

    public async Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var name = declaration.Name("StateMachineName");
        var definition = StateMachineDefinition.Read(declaration);
        var arn = await stateMachines.CreateOrUpdateAsync(
            name, definition, declaration.String("StateMachineType") ?? "STANDARD", declaration.String("RoleArn") ?? "", cancellationToken);
        return new ProvisionedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn, ["Name"] = name });
    }
}
