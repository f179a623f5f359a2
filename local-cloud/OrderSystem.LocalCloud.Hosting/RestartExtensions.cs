using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderSystem.LocalCloud.Hosting;

#pragma warning disable IDE0130 // Aspire's convention: builder extensions are in a namespace that AppHosts import implicitly.
namespace Aspire.Hosting;

/// <summary>Restarts programs that fail.</summary>
public static class RestartExtensions
{
    /// <summary>
    /// Restarts a program that exits with an error, up to five times within a minute. A program that you stop is not
    /// restarted.
    /// </summary>
    /// <param name="builder">The builder of the program's resource.</param>
    public static IResourceBuilder<T> RestartOnFailure<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.RestartOnFailure(obstacle: null);

    /// <summary>Restarts a program that fails, unless <paramref name="obstacle"/> returns a reason not to restart it.</summary>
    internal static IResourceBuilder<T> RestartOnFailure<T>(this IResourceBuilder<T> builder, Func<string?>? obstacle)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode || builder.Resource.Annotations.OfType<RestartPolicy>().Any())
            return builder;
        var policy = new RestartPolicy(obstacle);
        return builder.WithAnnotation(policy).OnInitializeResource((resource, initializing, cancellationToken) =>
        {
            // Do not restart the program in a handler of ResourceStoppedEvent: until the handler returns, Aspire does
            // not process the states of other resources.
            _ = policy.WatchAsync(resource, initializing.Services, initializing.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            return Task.CompletedTask;
        });
    }
}
