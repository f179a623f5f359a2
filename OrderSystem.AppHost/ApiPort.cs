using Microsoft.Extensions.Configuration;

namespace OrderSystem.AppHost;

internal static class ApiPort
{
    /// <summary>
    /// Makes a project listen on its port directly, without Aspire's proxy. The port comes from the launch profile, unless
    /// the settings change the port or Aspire randomizes ports.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPort(this IResourceBuilder<ProjectResource> project, AppHostSettings settings, string name) => project.WithEndpoint("http", endpoint =>
    {
        endpoint.IsProxied = false;
        if (project.ApplicationBuilder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
            endpoint.Port = null;
        else if (settings.Port(name) is { } port)
            endpoint.Port = port;
    });
}
