namespace OrderSystem.StatesLanguage.Definition;

/// <summary>The query language of a state machine or state.</summary>
public enum QueryLanguage
{
    /// <summary>JSONPath, the default query language.</summary>
    JSONPath,

    /// <summary>JSONata, set by <c>"QueryLanguage": "JSONata"</c>.</summary>
    JSONata,
}
