namespace OrderSystem.StatesLanguage.Definition;

/// <summary>A state machine definition is invalid and cannot be run.</summary>
/// <param name="location">The path to the invalid part, such as <c>/States/Pay/Retry</c>.</param>
/// <param name="message">What is wrong.</param>
public sealed class DefinitionException(string location, string message) : Exception(message)
{
    /// <summary>The path to the invalid part of the definition.</summary>
    public string Location { get; } = location;
}
