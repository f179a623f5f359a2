namespace OrderSystem.EventSources;

/// <summary>What a mapping can't go on without.</summary>
public enum MappingDependency
{
    /// <summary>The stream or queue it reads.</summary>
    Source,

    /// <summary>Where it remembers how far it came.</summary>
    Checkpoints,

    /// <summary>Where it parks what it gives up.</summary>
    OnFailureDestination,
}
