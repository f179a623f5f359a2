using System.Net;
using System.Net.Sockets;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>
/// Ports for programs that cannot choose one themselves. They lie below the ports that systems give to clients, because a client
/// might take one between the choice and its use. A file that is locked as long as this process lives reserves each port, so
/// that test projects that run at the same time never choose the same one.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int Last = 32_000;

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"order-system-ports-{Environment.UserName}")).FullName;
    private static readonly List<FileStream> Reserved = [];
    private static readonly Lock Gate = new();

    /// <summary>A port of the loopback address that nobody listens on, given to nobody else.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (Reserve(port) && IsFree(port))
                return port;
        }
    }

    private static bool Reserve(int port)
    {
        try
        {
            var file = new FileStream(Path.Combine(Folder, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            lock (Gate)
                Reserved.Add(file);
            return true;
        }
        catch (IOException)
        {
            return false;
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
