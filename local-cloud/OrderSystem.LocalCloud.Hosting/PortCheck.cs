using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

#pragma warning disable IDE0130 // Aspire's convention: builder extensions are in a namespace that AppHosts import implicitly.
namespace Aspire.Hosting;

/// <summary>
/// Reports ports that are already in use, before any resource starts. Without this check, Aspire would mistake the services
/// of another AppHost for its own and report them as healthy.
/// </summary>
public static class PortCheck
{
    private static readonly (string Key, string Name)[] DashboardAddresses =
        [("ASPNETCORE_URLS", "dashboard"), ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "otlp-grpc"), ("ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL", "otlp-http")];

    /// <summary>Checks every fixed port of the AppHost's resources and, if requested, of the dashboard.</summary>
    /// <exception cref="DistributedApplicationException">
    /// A port can't be used; the message names the port and says what to do.
    /// </exception>
    public static void CheckPorts(this IDistributedApplicationBuilder builder, bool withDashboard, string? option = null) => builder.CheckPorts(builder.Resources, withDashboard, option);

    /// <summary>Checks the fixed ports of the given resources and, if requested, of the dashboard.</summary>
    /// <exception cref="DistributedApplicationException">
    /// A port can't be used; the message names the port and says what to do.
    /// </exception>
    public static void CheckPorts(this IDistributedApplicationBuilder builder, IEnumerable<IResource> checkedResources, bool withDashboard = false, string? option = null)
    {
        if (builder.ExecutionContext.IsPublishMode || builder.Configuration.GetValue("DcpPublisher:RandomizePorts", false))
            return;
        var resources = checkedResources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()
            .Where(endpoint => endpoint.Port is not null).Select(endpoint => (resource.Name, endpoint.Port!.Value)));
        var dashboard = withDashboard ? DashboardAddresses.SelectMany(address => (builder.Configuration[address.Key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(url => (address.Name, Port: Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Port : 0))) : [];
        Check(resources.Concat(dashboard.Where(address => address.Port > 0)), option);
    }

    internal static void Check(IEnumerable<(string Name, int Port)> ports, string? option = null)
    {
        var taken = new Dictionary<int, string>();
        foreach (var (name, port) in ports)
        {
            if (!taken.TryAdd(port, name))
                throw new DistributedApplicationException($"Port {port} is assigned to both {taken[port]} and {name}. Change one of the two ports{Hint(name)}.");
            if ((Trouble(IPAddress.Loopback, port) ?? Trouble(IPAddress.IPv6Loopback, port)) is { } trouble)
                throw new DistributedApplicationException(
                    $"Port {port} ({name}) {trouble}, or use another port{Hint(name)}. To run a second AppHost at the same time, start it "
                        + "from another clone or worktree with: aspire start --isolated.");
        }

        string Hint(string name) => option is null ? "" : $": {option} {name}=NUMBER";
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
                SocketError.AccessDenied => "is reserved by the operating system. Start the AppHost with permission to use it",
                // The address can't be bound, usually because this machine has no IPv6.
                _ => null,
            };
        }
    }
}
