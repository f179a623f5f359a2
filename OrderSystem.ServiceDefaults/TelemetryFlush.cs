using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OrderSystem.ServiceDefaults;

/// <summary>Exports pending telemetry before the process may be frozen.</summary>
/// <remarks>
/// A collector that does not respond delays the process by up to <c>OTEL_EXPORTER_OTLP_TIMEOUT</c> milliseconds. The
/// default of 1000 is enough for a collector on the same machine.
/// </remarks>
public sealed class TelemetryFlush(TracerProvider tracing, MeterProvider metrics, LoggerProvider logs, IConfiguration configuration)
{
    private const int DefaultLimit = 1000;

    private readonly int _limit =
        int.TryParse(configuration["OTEL_EXPORTER_OTLP_TIMEOUT"], CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds : DefaultLimit;

    /// <summary>
    /// Exports spans, metrics and logs. The task completes when all telemetry is exported, or after the timeout.
    /// </summary>
    public Task FlushAsync(CancellationToken cancellationToken) => Task.WhenAll(
        // ForceFlush blocks its thread while it waits for the collector.
        Task.Run(() => tracing.ForceFlush(_limit), cancellationToken),
        Task.Run(() => metrics.ForceFlush(_limit), cancellationToken),
        Task.Run(() => logs.ForceFlush(_limit), cancellationToken));
}
