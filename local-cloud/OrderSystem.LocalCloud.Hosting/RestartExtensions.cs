using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderSystem.LocalCloud.Hosting;

#pragma warning disable IDE0130 // Aspire's convention: what extends a builder is found without a using directive.
namespace Aspire.Hosting;

/// <summary>Restarts programs that fail.</summary>
public static class RestartExtensions
{
    /// <summary>Starts a program again when it ends with an error: up to five times within a minute. A program that a person stops stays stopped.</summary>
    /// <param name="builder">The program.</param>
    public static IResourceBuilder<T> RestartOnFailure<T>(this IResourceBuilder<T> builder)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Resource.Annotations.OfType<RestartAnnotation>().Any())
            return builder;
        var budget = new RestartBudget(TimeProvider.System);
        DateTime? lastStop = null;
        return builder.WithAnnotation(new RestartAnnotation()).OnResourceStopped(async (resource, stopped, cancellationToken) =>
        {
            var end = stopped.ResourceEvent.Snapshot;
            // A manual stop exits with 0, and the stopped event can be raised twice.
            if (end.ExitCode is null or 0 || end.StopTimeStamp == lastStop
                || stopped.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
                return;
            lastStop = end.StopTimeStamp;
            var logger = stopped.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
            if (!budget.MayStartAgain())
            {
                logger.KeepsFailing(resource.Name, budget.Deaths);
                return;
            }

            logger.Restarting(resource.Name, end.ExitCode.Value);
            await stopped.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(resource, KnownResourceCommands.StartCommand, cancellationToken);
        });
    }

    private sealed class RestartAnnotation : IResourceAnnotation;
}
