using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources;

/// <summary>The options that the host of an event source sets and that are not part of the mapping's configuration.</summary>
public sealed record EventSourceOptions
{
    /// <summary>The clock for all delays, windows and record ages.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How often the source is polled.</summary>
    public PollingPace Pace { get; init; } = new();

    /// <summary>The delays between retries.</summary>
    public Backoff Backoff { get; init; } = Backoff.Standard;

    /// <summary>The logger that receives the event source's log messages.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Receives the result of every invocation: <c>OK</c> or <c>PROBLEM: …</c>.</summary>
    public Action<string> Report { get; init; } = _ => { };

    /// <summary>Called each time the function could not be invoked; receives the reason.</summary>
    public Action<string> ReportObstacle { get; init; } = _ => { };

    /// <summary>
    /// Called when a dependency of the mapping becomes unavailable or available again. Receives the dependency and a
    /// description of the problem; null means that the dependency is available again.
    /// </summary>
    public Action<MappingDependency, string?> ReportProblem { get; init; } = (_, _) => { };
}
