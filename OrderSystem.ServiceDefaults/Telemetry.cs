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
    /// <summary>Every ActivitySource and Meter of ours is named so, and needs no further registration.</summary>
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
        // Without a collector nothing is exported: orders flow all the same.
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            telemetry.UseOtlpExporter();
    }

    /// <summary>A call of the AWS SDK has a span of its own, which names the operation and the table; what carries it needs none, on neither side.</summary>
    private static bool IsAwsCall(HttpRequestMessage request) => request.Headers.Contains(AwsSdkHeader);

    /// <summary>Health probes and the Runtime API's long polls say nothing about an order, and would drown the traces that do.</summary>
    private static bool IsPlumbing(string? path) =>
        path is not null
        && (path.StartsWith("/health", StringComparison.Ordinal)
            || path.StartsWith("/alive", StringComparison.Ordinal)
            || path.Contains("/2018-06-01/runtime/", StringComparison.Ordinal));
}
