using Microsoft.Extensions.Configuration;

namespace OrderSystem.AppHost;

/// <summary>Configures the API's project.</summary>
internal static class ApiProject
{
    /// <summary>
    /// Makes a project listen on its port directly, without Aspire's proxy. The port is that of the launch profile, unless
    /// the settings change it or Aspire randomizes ports.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPort(this IResourceBuilder<ProjectResource> project, AppHostSettings settings, string name) => project.WithEndpoint("http", endpoint =>
    {
        endpoint.IsProxied = false;
        if (project.ApplicationBuilder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
            endpoint.Port = null;
        else if (settings.Port(name) is { } port)
            endpoint.Port = port;
    });

    /// <summary>Tells the API which cloud it uses. What is published is for AWS, whatever the publishing machine could run.</summary>
    public static IResourceBuilder<ProjectResource> WithCloud(this IResourceBuilder<ProjectResource> project, Cloud cloud) =>
        project.WithEnvironment("Cloud", (project.ApplicationBuilder.ExecutionContext.IsPublishMode ? Cloud.Aws : cloud).ToString());

    /// <summary>Tells the API which catalogue to seed. A published API seeds none: the path exists on this machine only.</summary>
    public static IResourceBuilder<ProjectResource> WithCatalogue(this IResourceBuilder<ProjectResource> project, string path) =>
        project.ApplicationBuilder.ExecutionContext.IsPublishMode ? project : project.WithEnvironment("OrderSystem__Catalogue", path);
}
