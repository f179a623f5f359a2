namespace OrderSystem.EventSources;

/// <summary>The states of a mapping, by AWS's names. Lambda API Reference: "EventSourceMappingConfiguration".</summary>
public enum EventSourceMappingState
{
    /// <summary>It has not run yet.</summary>
    Creating,

    /// <summary>It is about to run.</summary>
    Enabling,

    /// <summary>It runs.</summary>
    Enabled,

    /// <summary>It ends after the batch in progress.</summary>
    Disabling,

    /// <summary>It does not run.</summary>
    Disabled,

    /// <summary>It takes another configuration after the batch in progress.</summary>
    Updating,

    /// <summary>It ends for good.</summary>
    Deleting,
}
