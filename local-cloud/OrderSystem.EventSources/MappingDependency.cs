namespace OrderSystem.EventSources;

/// <summary>The dependencies without which a mapping cannot continue.</summary>
public enum MappingDependency
{
    /// <summary>The stream or queue that the mapping reads.</summary>
    Source,

    /// <summary>The store of the mapping's checkpoints.</summary>
    Checkpoints,

    /// <summary>The destination for the metadata records of discarded batches.</summary>
    OnFailureDestination,
}
