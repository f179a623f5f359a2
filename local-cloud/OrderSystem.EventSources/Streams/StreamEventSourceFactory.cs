using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Creates the source of a stream mapping. Hosts resolve this delegate from their service provider, so that the factory can
/// be decorated.
/// </summary>
/// <inheritdoc cref="StreamEventSource(string, EventSourceMappingConfiguration, IShardReader, IFunction, ICheckpointStore, IOnFailureDestination?, EventSourceOptions)"/>
public delegate IEventSource StreamEventSourceFactory(
    string mappingId,
    EventSourceMappingConfiguration configuration,
    IShardReader reader,
    IFunction function,
    ICheckpointStore checkpoints,
    IOnFailureDestination? onFailure,
    EventSourceOptions options);
