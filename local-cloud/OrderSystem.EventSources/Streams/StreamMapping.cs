using Microsoft.Extensions.Logging;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Failures;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>The state shared by the parts of a running stream mapping.</summary>
internal sealed record StreamMapping(
    string Id,
    EventSourceMappingConfiguration Configuration,
    IShardReader Reader,
    IFunction Function,
    ICheckpointStore Checkpoints,
    IOnFailureDestination? OnFailure,
    PollingPace Pace,
    Backoff Backoff,
    TimeProvider Time,
    ILogger Logger,
    Action<string> Report,
    Action<string> ReportObstacle,
    Action<MappingDependency, string?> ReportProblem);
