using Microsoft.Extensions.Configuration;

namespace OrderSystem.AppHost;

/// <summary>Configures the API project in the AppHost's application model.</summary>
internal static class ApiProject
{
    /// <summary>
    /// Makes a project listen on its port directly, without Aspire's proxy. The port comes from the launch profile,
    /// unless the settings contain another port or Aspire randomizes ports.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPort(this IResourceBuilder<ProjectResource> project, AppHostSettings settings, string name) => project.WithEndpoint("http", endpoint =>
    {
        endpoint.IsProxied = false;
        if (project.ApplicationBuilder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
            endpoint.Port = null;
        else if (settings.Port(name) is { } port)
            endpoint.Port = port;
    });

    /// <summary>
    /// Sets the cloud that the API uses. A published API always uses AWS, regardless of the clouds that the publishing
    /// machine can run.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCloud(this IResourceBuilder<ProjectResource> project, Cloud cloud) =>
        project.WithEnvironment("Cloud", (project.ApplicationBuilder.ExecutionContext.IsPublishMode ? Cloud.Aws : cloud).ToString());

    /// <summary>
    /// Sets the catalogue that the API seeds. A published API seeds no catalogue, because the path exists only on this
    /// machine.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithCatalogue(this IResourceBuilder<ProjectResource> project, string path) =>
        project.ApplicationBuilder.ExecutionContext.IsPublishMode ? project : project.WithEnvironment("OrderSystem__Catalogue", path);
}
