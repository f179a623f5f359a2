using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace OrderSystem.AppHost;

/// <summary>Refuses ports that are in use before anything starts: Aspire would report another AppHost's services as healthy.</summary>
internal static class PortCheck
{
    private static readonly (string Key, string Name)[] DashboardAddresses =
        [("ASPNETCORE_URLS", "dashboard"), ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "otlp-grpc"), ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "otlp-http")];

    /// <summary>Checks every fixed port of the AppHost's resources and of the dashboard.</summary>
    /// <exception cref="SettingsException">Names the first port that can't be used, and what to do.</exception>
    public static void CheckPorts(this IDistributedApplicationBuilder builder, bool withDashboard)
    {
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
            return;
        var resources = builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.Port is not null).Select(endpoint => (resource.Name, endpoint.Port!.Value)));
        var dashboard = withDashboard ? DashboardAddresses.SelectMany(address => (builder.Configuration[address.Key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(url => (address.Name, Port: Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Port : 0))) : [];
        Check(resources.Concat(dashboard.Where(address => address.Port > 0)));
    }

    internal static void Check(IEnumerable<(string Name, int Port)> ports)
    {
        var taken = new Dictionary<int, string>();
        foreach (var (name, port) in ports)
        {
            if (!taken.TryAdd(port, name))
                throw new SettingsException($"Port {port} is given to both {taken[port]} and {name}. Move one of them: --port {name}=NUMBER.");
            if ((Trouble(IPAddress.Loopback, port) ?? Trouble(IPAddress.IPv6Loopback, port)) is { } trouble)
                throw new SettingsException($"Port {port} ({name}) {trouble}, or use another port: --port {name}=NUMBER. To run beside another AppHost: aspire start --isolated.");
        }
    }

    private static string? Trouble(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (!OperatingSystem.IsWindows())
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is in use. Stop the program that holds it",
                SocketError.AccessDenied => "is reserved by the operating system. Start the AppHost with the right to it",
                // The machine has no such address at all, IPv6 mostly.
                _ => null,
            };
        }
    }
}
