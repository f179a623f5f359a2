using OrderSystem.CloudFormation;
using OrderSystem.EventSources;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>A mapping and its definition.</summary>
internal sealed class RunningMapping
{
    /// <summary>Creates an instance together with its mapping.</summary>
    /// <param name="definition">The mapping's definition.</param>
    /// <param name="create">Creates the mapping. Each time the mapping starts, it reads its definition from the
    /// <see cref="RunningMapping"/> that is passed to this function.</param>
    public RunningMapping(MappingDefinition definition, Func<RunningMapping, EventSourceMapping> create)
    {
        Definition = definition;
        Mapping = create(this);
    }

    /// <summary>The mapping's definition after the latest change.</summary>
    public MappingDefinition Definition { get; set; }

    /// <summary>
    /// Whether the template declares the mapping. Changes made to such a mapping through the API are lost on restart.
    /// </summary>
    public bool IsOfTemplate { get; set; }

    /// <summary>The event source mapping itself.</summary>
    public EventSourceMapping Mapping { get; }
}
