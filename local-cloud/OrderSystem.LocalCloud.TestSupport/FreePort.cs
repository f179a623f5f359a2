using System.Net;
using System.Net.Sockets;

namespace OrderSystem.LocalCloud.TestSupport;

/// <summary>
/// Chooses free ports for programs that cannot choose one themselves. The ports are below the range that operating systems
/// use for outgoing connections, because such a connection might take a port before the program listens on it. Each port is
/// reserved by a file that stays locked until this process ends, so that test projects that run at the same time never
/// choose the same port.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int Last = 32_000;

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"order-system-ports-{Environment.UserName}")).FullName;
    private static readonly List<FileStream> Reserved = [];
    private static readonly Lock Gate = new();

    /// <summary>
    /// Returns a port of the loopback address that is not in use, and that is never returned again while this process runs.
    /// </summary>
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
