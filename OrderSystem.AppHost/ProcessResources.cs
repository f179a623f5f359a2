using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrderSystem.AppHost;

/// <summary>The pipeline's processes as Aspire's resources.</summary>
internal static class ProcessResources
{
    public static IResourceBuilder<ProjectResource> AddProcess<TProject>(this IDistributedApplicationBuilder builder, string name, AppHostOptions options)
        where TProject : IProjectMetadata, new()
    {
        return builder.AddProject<TProject>(name, project => project.ExcludeLaunchProfile = true)
            .WithEnvironment(context => Trim(context, options))
            .StartAgainWhenItDies();
    }

    public static IResourceBuilder<ProjectResource> With(this IResourceBuilder<ProjectResource> process, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (name, value) in environment)
            process.WithEnvironment(name, value);
        return process;
    }

    private static IResourceBuilder<ProjectResource> StartAgainWhenItDies(this IResourceBuilder<ProjectResource> process)
    {
        var budget = new RestartBudget(TimeProvider.System);
        DateTime? lastStop = null;
        return process.OnResourceStopped(async (resource, stopped, cancellationToken) =>
        {
            var end = stopped.ResourceEvent.Snapshot;
            // One that a person stops ends with 0; and an end may be told twice.
            if (end.ExitCode is null or 0 || end.StopTimeStamp == lastStop
                || stopped.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
                return;
            lastStop = end.StopTimeStamp;
            if (!budget.MayStartAgain())
                return;
            Console.WriteLine($"{resource.Name} ended (exit code {end.ExitCode}); starting it again");
            await stopped.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        });
    }

    private static void Trim(EnvironmentCallbackContext context, AppHostOptions options)
    {
        // In the end the dashboard goes first, and retrying what is told to it then would keep a process for ten seconds.
        context.EnvironmentVariables.Remove("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY");
        if (!options.NoDashboard)
            return;
        // Aspire names the dashboard as the place for telemetry even where there is none; so what the user set holds.
        context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_PROTOCOL");
    }
}
