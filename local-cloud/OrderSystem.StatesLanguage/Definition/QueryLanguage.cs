namespace OrderSystem.StatesLanguage.Definition;

/// <summary>The language of a state's queries.</summary>
public enum QueryLanguage
{
    /// <summary>JSONPath, the default.</summary>
    JSONPath,

    /// <summary>JSONata.</summary>
    JSONata,
}
