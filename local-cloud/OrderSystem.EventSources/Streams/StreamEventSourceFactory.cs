using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Streams;

/// <summary>Makes the source of a stream mapping. A host takes it from its services, so that another may decorate what a mapping is connected to.</summary>
/// <inheritdoc cref="StreamEventSource(string, EventSourceMappingConfiguration, IShardReader, IFunction, ICheckpointStore, IOnFailureDestination?, EventSourceOptions)"/>
public delegate IEventSource StreamEventSourceFactory(
    string mappingId,
    EventSourceMappingConfiguration configuration,
    IShardReader reader,
    IFunction function,
    ICheckpointStore checkpoints,
    IOnFailureDestination? onFailure,
    EventSourceOptions options);
