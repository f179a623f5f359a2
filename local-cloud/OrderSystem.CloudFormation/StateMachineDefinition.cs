namespace OrderSystem.CloudFormation;

/// <summary>
/// The definition of an <c>AWS::StepFunctions::StateMachine</c>, in the template or in a file beside it, as before
/// <c>aws cloudformation package</c> uploads it.
/// </summary>
public static class StateMachineDefinition
{
    /// <summary>Returns the definition with its substitutions applied.</summary>
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
