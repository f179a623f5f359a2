using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrderSystem.AppHost;

/// <summary>The fixed addresses, all on the loopback interface.</summary>
public sealed record Ports
{
    /// <summary>The HTTP API.</summary>
    public int Api { get; init; } = 5080;

    /// <summary>LocalCloud, all services.</summary>
    public int LocalCloud { get; init; } = 4566;

    /// <summary>DynamoDB Local.</summary>
    public int DynamoDb { get; init; } = 8000;

    /// <summary>The dashboard's pages.</summary>
    public int Dashboard { get; init; } = 18888;

    /// <summary>The dashboard's OTLP endpoint, gRPC.</summary>
    public int OtlpGrpc { get; init; } = 4317;

    /// <summary>The dashboard's OTLP endpoint, HTTP.</summary>
    public int OtlpHttp { get; init; } = 4318;

    /// <summary>The names that <see cref="TryMove"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["api", "local-cloud", "dynamodb", "dashboard", "otlp-grpc", "otlp-http"];

    /// <summary>Applies one <c>NAME=NUMBER</c>; false where it doesn't name a port or a number.</summary>
    public static bool TryMove(Ports ports, string move, out Ports moved)
    {
        moved = ports;
        if (move.Split('=') is not [var name, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            return false;
        Ports? result = name switch
        {
            "api" => ports with { Api = number },
            "local-cloud" => ports with { LocalCloud = number },
            "dynamodb" => ports with { DynamoDb = number },
            "dashboard" => ports with { Dashboard = number },
            "otlp-grpc" => ports with { OtlpGrpc = number },
            "otlp-http" => ports with { OtlpHttp = number },
            _ => null,
        };
        moved = result ?? ports;
        return result is not null;
    }

    /// <summary>Refuses ports that can't be had, before anything is started.</summary>
    /// <param name="cloud">The cloud that is brought up.</param>
    /// <param name="withDashboard">Whether the dashboard is.</param>
    /// <exception cref="PortUnavailableException">Names the first port and what to do.</exception>
    public void Check(Cloud cloud, bool withDashboard)
    {
        var taken = new Dictionary<int, string>();
        foreach (var (name, number) in Used(cloud, withDashboard))
        {
            if (!taken.TryAdd(number, name))
                throw new PortUnavailableException($"Port {number} is given to both {taken[number]} and {name}: move one of them, as --port {name}=NUMBER.");
            if ((Trouble(IPAddress.Loopback, number) ?? Trouble(IPAddress.IPv6Loopback, number)) is { } trouble)
                throw new PortUnavailableException($"Port {number}, which {name} needs, {trouble}, or move ours with --port {name}=NUMBER.");
        }
    }

    private IEnumerable<(string Name, int Number)> Used(Cloud cloud, bool withDashboard)
    {
        yield return ("api", Api);
        if (cloud == Cloud.Local)
        {
            yield return ("local-cloud", LocalCloud);
            yield return ("dynamodb", DynamoDb);
        }

        if (withDashboard)
        {
            yield return ("dashboard", Dashboard);
            yield return ("otlp-grpc", OtlpGrpc);
            yield return ("otlp-http", OtlpHttp);
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
                SocketError.AddressAlreadyInUse => "is in use: stop the program that holds it",
                SocketError.AccessDenied => "is reserved by the operating system: start this with the right to it",
                // The machine has no such address at all, IPv6 mostly.
                _ => null,
            };
        }
    }
}

/// <summary>A port that can't be had; the message names it and says what to do.</summary>
public sealed class PortUnavailableException(string message) : Exception(message);
