namespace OrderSystem.StatesLanguage.Definition;

/// <summary>A definition that cannot be run.</summary>
/// <param name="location">Where, as a path such as <c>/States/Pay/Retry</c>.</param>
/// <param name="message">What is wrong.</param>
public sealed class DefinitionException(string location, string message) : Exception(message)
{
    /// <summary>Where it is wrong.</summary>
    public string Location { get; } = location;
}
