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
        where T : IResource => builder.RestartOnFailure(obstacle: null);

    /// <summary>Restarts a program unless there is a reason against it.</summary>
    internal static IResourceBuilder<T> RestartOnFailure<T>(this IResourceBuilder<T> builder, Func<string?>? obstacle)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode || builder.Resource.Annotations.OfType<RestartPolicy>().Any())
            return builder;
        var policy = new RestartPolicy(obstacle);
        return builder.WithAnnotation(policy).OnInitializeResource((resource, initializing, cancellationToken) =>
        {
            // Not in a handler of the stopped event: Aspire processes no other resource's state until that returns.
            _ = policy.WatchAsync(resource, initializing.Services, initializing.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            return Task.CompletedTask;
        });
    }
}
