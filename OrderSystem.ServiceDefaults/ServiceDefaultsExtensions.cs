using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrderSystem.ServiceDefaults;

/// <summary>The defaults for every process of the system: telemetry, a liveness check, resilient HTTP clients.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>The tag of liveness checks, which only show that the process responds.</summary>
    public const string LiveTag = "live";

    /// <summary>
    /// The timeout of each health check. Without a timeout, the health report could not name a check that hangs.
    /// </summary>
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Adds the defaults. The service name in telemetry is the value of <c>OTEL_SERVICE_NAME</c> or, if that variable is not set,
    /// <paramref name="serviceName"/>.
    /// </summary>
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
        // Do not log failed health checks as errors: the response names the check that failed, and failures are normal
        // during startup.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        logging.AddFilter("Polly", LogLevel.Warning);
    }
}
