namespace OrderSystem.AppHost;

internal static class DevelopmentTelemetry
{
    /// <summary>Corrects what Aspire tells processes about telemetry.</summary>
    /// <param name="builder">The AppHost's builder, with all its resources.</param>
    /// <param name="withDashboard">Whether the dashboard receives telemetry.</param>
    public static void TrimTelemetry(this IDistributedApplicationBuilder builder, bool withDashboard)
    {
        foreach (var resource in builder.Resources.OfType<IResourceWithEnvironment>())
        {
            builder.CreateResourceBuilder(resource).WithEnvironment(context =>
            {
                // When everything stops, the dashboard ends first: a retried export would keep each process for ten seconds.
                context.EnvironmentVariables.Remove("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY");
                if (withDashboard)
                    return;
                // Aspire names the dashboard even where none runs. Without its variables, those of the user's own environment apply.
                context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
                context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_PROTOCOL");
            });
        }
    }
}
