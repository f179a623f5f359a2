namespace OrderSystem.AppHost;

internal static class DevelopmentTelemetry
{
    /// <summary>Removes some of the telemetry environment variables that Aspire sets for the processes.</summary>
    /// <param name="builder">The AppHost's builder, with all its resources.</param>
    /// <param name="withDashboard">Whether the dashboard receives telemetry.</param>
    public static void TrimTelemetry(this IDistributedApplicationBuilder builder, bool withDashboard)
    {
        foreach (var resource in builder.Resources.OfType<IResourceWithEnvironment>())
        {
            builder.CreateResourceBuilder(resource).WithEnvironment(context =>
            {
                // At shutdown the dashboard exits first. Retrying exports to the dashboard would then delay the exit of each
                // process by ten seconds.
                context.EnvironmentVariables.Remove("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY");
                if (withDashboard)
                    return;
                // Aspire sets the dashboard's endpoint even if no dashboard runs. Remove the endpoint, so that the user's
                // own variables apply.
                context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
                context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_PROTOCOL");
            });
        }
    }
}
