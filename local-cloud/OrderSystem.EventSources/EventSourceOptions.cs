using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources;

/// <summary>What a host sets on a source besides its mapping.</summary>
public sealed record EventSourceOptions
{
    /// <summary>The clock of every wait and every age.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How often to poll.</summary>
    public PollingPace Pace { get; init; } = new();

    /// <summary>How long to wait before trying again.</summary>
    public Backoff Backoff { get; init; } = Backoff.Standard;

    /// <summary>Takes what happens.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Told the result of every invocation: <c>OK</c>, or <c>PROBLEM: …</c>.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Told what keeps the function from being invoked.</summary>
    public Action<string> ReportObstacle { get; init; } = _ => { };

    /// <summary>Told why something the mapping depends on can't be used, and null once it can again.</summary>
    public Action<MappingDependency, string?> ReportProblem { get; init; } = (_, _) => { };
}
