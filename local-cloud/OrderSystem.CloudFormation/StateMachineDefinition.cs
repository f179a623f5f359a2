namespace OrderSystem.CloudFormation;

/// <summary>
/// The definition of an <c>AWS::StepFunctions::StateMachine</c>: in the template, or in a file beside it, as <c>aws
/// cloudformation package</c> takes it before it uploads the file.
/// </summary>
public static class StateMachineDefinition
{
    /// <summary>The definition, its substitutions made.</summary>
    /// <exception cref="TemplateException">There is none.</exception>
    public static string Read(ResourceDeclaration declaration)
    {
        var definition = Text(declaration);
        foreach (var (key, value) in declaration["DefinitionSubstitutions"]?.AsObject() ?? [])
            definition = definition.Replace($"${{{key}}}", value?.ToString(), StringComparison.Ordinal);
        return definition;
    }

    private static string Text(ResourceDeclaration declaration)
    {
        if (declaration.String("DefinitionString") is { } text)
            return text;
        if (declaration["Definition"] is { } definition)
            return definition.ToJsonString();
        var location = declaration.Required("DefinitionS3Location");
        var path = ContainedPath.Resolve(declaration.TemplateDirectory, location)
            ?? throw declaration.Refused("DefinitionS3Location", $"names {location}, which is outside the template's folder");
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw declaration.Refused("DefinitionS3Location", $"names {path}, which does not exist");
    }
}
