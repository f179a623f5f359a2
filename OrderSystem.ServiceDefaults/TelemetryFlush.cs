using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrderSystem.ServiceDefaults;

/// <summary>Exports what telemetry has gathered, for a process that may be frozen the next moment.</summary>
/// <remarks>
/// A collector that doesn't answer holds the process up for <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> milliseconds, a second
/// unless set: beside a function, a collector is on the same machine.
/// </remarks>
public sealed class TelemetryFlush(TracerProvider tracing, MeterProvider metrics, LoggerProvider logs, IConfiguration configuration)
{
    private const int DefaultLimit = 1000;

    private readonly int _limit =
        int.TryParse(configuration["OTEL_EXPORTER_OTLP_TIMEOUT"], CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds : DefaultLimit;

    /// <summary>Exports spans, metrics and logs; returns when they are out, or won't be in time.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.WhenAll(
        // Each blocks its thread while it waits for the collector.
        Task.Run(() => tracing.ForceFlush(_limit), cancellationToken),
        Task.Run(() => metrics.ForceFlush(_limit), cancellationToken),
        Task.Run(() => logs.ForceFlush(_limit), cancellationToken));
}
