using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderSystem.CloudFormation;

namespace OrderSystem.LocalCloud.Hosting.Stack;

internal static class StackResourcesExtensions
{
    /// <summary>Shows the template's resources below LocalCloud in the dashboard, and keeps their states up to date.</summary>
    public static IResourceBuilder<LocalCloudResource> WithStackResources(this IResourceBuilder<LocalCloudResource> builder)
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return builder;
        IReadOnlyList<StackChildResource> children = [];
        // Add the template's resources after all of the AppHost's own resources, so that a template resource never takes
        // the name of an AppHost resource.
        builder.ApplicationBuilder.Eventing.Subscribe<BeforeStartEvent>((starting, _) =>
        {
            children = Add(builder.Resource, starting.Model);
            return Task.CompletedTask;
        });
        builder.OnInitializeResource((resource, initializing, cancellationToken) =>
        {
            var services = initializing.Services;
            var watcher = ActivatorUtilities.CreateInstance<StackWatcher>(services, resource, children);
            _ = watcher.RunAsync(services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            return Task.CompletedTask;
        });
        return builder;
    }

    private static List<StackChildResource> Add(LocalCloudResource localCloud, DistributedApplicationModel model)
    {
        if (localCloud.TemplatePath is not { } path)
            return [];
        var names = model.Resources.Select(resource => resource.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var children = new List<StackChildResource>();
        foreach (var (logicalId, type) in Declared(path))
        {
            if (StackResourceKind.Of(type) is not { } kind)
                continue;
            var child = new StackChildResource(StackChildResource.NameOf(localCloud, logicalId, names.Contains), localCloud, logicalId, kind);
            names.Add(child.Name);
            child.Annotations.Add(ManifestPublishingCallbackAnnotation.Ignore);
            child.Annotations.Add(new ResourceSnapshotAnnotation(new CustomResourceSnapshot
            {
                ResourceType = kind.Name,
                IconName = kind.Icon,
                State = KnownResourceStates.Waiting,
                Properties = [new ResourcePropertySnapshot("aws.cloudformation.logical_id", logicalId), new ResourcePropertySnapshot("aws.cloudformation.type", type)],
            }));
            children.Add(child);
            model.Resources.Add(child);
        }

        return children;
    }

    /// <summary>
    /// Returns the resources that the template declares; none if the template is invalid, because LocalCloud itself reports
    /// what is wrong with it.
    /// </summary>
    private static IEnumerable<(string LogicalId, string Type)> Declared(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            return [.. (TemplateReader.Read(text, Path.GetFileName(path))["Resources"] as JsonObject ?? []).Select(resource => (resource.Key, resource.Value?["Type"]?.ToString() ?? ""))];
        }
        catch (Exception error) when (error is TemplateException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
