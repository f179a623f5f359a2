using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderSystem.LocalCloud.Hosting;

#pragma warning disable IDE0130 // Aspire's convention: extensions of a builder are found without a using directive.
namespace Aspire.Hosting;

/// <summary>Restarts programs that fail.</summary>
public static class RestartExtensions
{
    /// <summary>Restarts a program that exits with an error, up to five times within a minute. A program that you stop stays stopped.</summary>
    /// <param name="builder">The program.</param>
    public static IResourceBuilder<T> RestartOnFailure<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.RestartOnFailure(obstacle: null);

    /// <summary>Restarts a program that fails, unless the obstacle returns a reason not to.</summary>
    internal static IResourceBuilder<T> RestartOnFailure<T>(this IResourceBuilder<T> builder, Func<string?>? obstacle)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode || builder.Resource.Annotations.OfType<RestartPolicy>().Any())
            return builder;
        var policy = new RestartPolicy(obstacle);
        return builder.WithAnnotation(policy).OnInitializeResource((resource, initializing, cancellationToken) =>
        {
            // Not in a handler of the stopped event: until it returns, Aspire handles no other resource's state.
            _ = policy.WatchAsync(resource, initializing.Services, initializing.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            return Task.CompletedTask;
        });
    }
}
