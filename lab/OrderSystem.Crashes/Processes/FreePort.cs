using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrderSystem;

/// <summary>
/// Finds ports for processes that cannot choose one themselves. They are below the range of ephemeral ports, one of
/// which might be taken between its choice and its use.
/// </summary>
internal static class FreePort
{
    private const int First = 12_000;
    private const int Last = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = [];

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, true) && IsFree(port))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
