using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderSystem.ServiceDefaults;

/// <summary>What every process of the system has in common: telemetry, a liveness check, resilient HTTP clients.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The tag of checks that say only whether the process is alive.</summary>
    public const string LiveTag = "live";

    /// <summary>How long a part may take to show that it works: whoever probes must hear which one hangs.</summary>
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(3);

    /// <summary>Adds the defaults. A process is named by <c>OTEL_SERVICE_NAME</c>, else by <paramref name="serviceName"/>.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="serviceName">The process's name in traces, such as <c>api</c>.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string serviceName)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddConsoleDefaults();
        builder.AddTelemetry(serviceName);
        builder.Services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            foreach (var check in checks.Registrations)
                check.Timeout = HealthPatience;
        });
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.ConfigureHttpClientDefaults(http => http.AddStandardResilienceHandler());
        return builder;
    }

    private static void AddConsoleDefaults(this ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss.fff ";
        });
        // Whoever probes is told what is wrong in the answer; while a process starts, that is no error.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        logging.AddFilter("Polly", LogLevel.Warning);
    }
}
