using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OrderSystem.ServiceDefaults;

internal static class Telemetry
{
    /// <summary>Matches the names of all ActivitySources and Meters in this repository.</summary>
    private const string OwnSources = "OrderSystem.*";

    private const string AwsSdkHeader = "amz-sdk-invocation-id";

    public static void AddTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddMeter(OwnSources)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .WithTracing(tracing => tracing
                .AddSource(OwnSources)
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsPlumbing(context.Request.Path) && !context.Request.Headers.ContainsKey(AwsSdkHeader))
                .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = request => !IsPlumbing(request.RequestUri?.AbsolutePath) && !IsAwsCall(request)));

        builder.Services.AddSingleton<TelemetryFlush>();
        // Without an OTLP endpoint nothing is exported; the system still works.
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
    }

    /// <summary>
    /// Whether the AWS SDK sends the request. The SDK's call already has a span with its operation and table, so the HTTP
    /// request needs no span.
    /// </summary>
    private static bool IsAwsCall(HttpRequestMessage request) => request.Headers.Contains(AwsSdkHeader);

    /// <summary>
    /// Whether the path is a health probe or a long poll of the Runtime API, whose traces would drown out the traces of orders.
    /// </summary>
    private static bool IsPlumbing(string? path) =>
        path is not null
        && (path.StartsWith("/health", StringComparison.Ordinal)
            || path.StartsWith("/alive", StringComparison.Ordinal)
            || path.Contains("/2018-06-01/runtime/", StringComparison.Ordinal));
}
