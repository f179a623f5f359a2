namespace OrderSystem.CloudFormation;

/// <summary>
/// Reads the definition of an <c>AWS::StepFunctions::StateMachine</c> from the template, or from the local file that
/// <c>aws cloudformation package</c> would upload to S3.
/// </summary>
public static class StateMachineDefinition
{
    /// <summary>Returns the definition with its <c>DefinitionSubstitutions</c> applied.</summary>
    /// <exception cref="TemplateException">The definition is missing or cannot be read.</exception>
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
            ?? throw declaration.Refused("DefinitionS3Location", $"points to {location}, which is outside the template's folder");
        return File.Exists(path)
            ? File.ReadAllText(path)
            : throw declaration.Refused("DefinitionS3Location", $"points to {path}, which does not exist");
    }
}
