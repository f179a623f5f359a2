using OrderSystem.CloudFormation;
using OrderSystem.EventSources;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>A mapping and its definition.</summary>
internal sealed class RunningMapping
{
    /// <summary>Creates the mapping.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="create">Creates the mapping, which reads its definition from here on every start.</param>
    public RunningMapping(MappingDefinition definition, Func<RunningMapping, EventSourceMapping> create)
    {
        Definition = definition;
        Mapping = create(this);
    }

    /// <summary>The definition, as of the latest change.</summary>
    public MappingDefinition Definition { get; set; }

    /// <summary>Whether the template declares the mapping: after a restart it is again as the template says.</summary>
    public bool IsOfTemplate { get; set; }

    /// <summary>The mapping.</summary>
    public EventSourceMapping Mapping { get; }
}
