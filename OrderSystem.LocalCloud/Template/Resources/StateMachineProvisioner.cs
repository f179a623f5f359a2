using OrderSystem.LocalCloud.StepFunctions;

namespace OrderSystem.LocalCloud.Template.Resources;

/// <summary>
/// <c>AWS::StepFunctions::StateMachine</c>: the definition in the template, or a file beside it, as <c>aws cloudformation
/// package</c> takes it before it uploads the file.
/// </summary>
internal sealed class StateMachineProvisioner(IStateMachineProvisioner stateMachines) : IResourceProvisioner
{
    public string Type => "AWS::StepFunctions::StateMachine";

    public async Task<ProvisionedResource> ProvisionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        var name = declaration.Name("StateMachineName");
        var definition = await DefinitionAsync(declaration, cancellationToken);
        foreach (var (key, value) in declaration["DefinitionSubstitutions"]?.AsObject() ?? [])
            definition = definition.Replace($"${{{key}}}", value?.ToString(), StringComparison.Ordinal);
        var arn = await stateMachines.CreateOrUpdateAsync(
            name, definition, declaration.String("StateMachineType") ?? "STANDARD", declaration.String("RoleArn") ?? "", cancellationToken);
        return new ProvisionedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal) { ["Arn"] = arn, ["Name"] = name });
    }

    private static async Task<string> DefinitionAsync(ResourceDeclaration declaration, CancellationToken cancellationToken)
    {
        if (declaration.String("DefinitionString") is { } text)
            return text;
        if (declaration["Definition"] is { } definition)
            return definition.ToJsonString();
        var path = Path.GetFullPath(declaration.Required("DefinitionS3Location"), declaration.TemplateDirectory);
        return File.Exists(path)
            ? await File.ReadAllTextAsync(path, cancellationToken)
            : throw declaration.Refused("DefinitionS3Location", $"names {path}, which does not exist");
    }
}
