namespace OrderSystem.EventSources;

/// <summary>The states of a mapping, with AWS's names. Lambda API Reference: "EventSourceMappingConfiguration".</summary>
public enum EventSourceMappingState
{
    /// <summary>The mapping has not run yet.</summary>
    Creating,

    /// <summary>The mapping is about to run.</summary>
    Enabling,

    /// <summary>The mapping is running.</summary>
    Enabled,

    /// <summary>The mapping will stop after the batch in progress.</summary>
    Disabling,

    /// <summary>The mapping is stopped.</summary>
    Disabled,

    /// <summary>The mapping will use its new configuration after the batch in progress.</summary>
    Updating,

    /// <summary>The mapping will stop permanently after the batch in progress.</summary>
    Deleting,
}
