using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>
/// Closes DynamoDB Local to other machines and to rebound host names. Under Java it listens on every address and answers to
/// every host, with no option to change that; a few classes of ours, which the JDK asks for its channels, bind to the loopback
/// address instead, and refuse connections whose first request names another host.
/// </summary>
internal static class LoopbackSockets
{
    private const string Package = "ordersystem";

    /// <summary>The arguments for <c>java</c>, in front of <c>-jar</c>. The classes are written to the cache first, where they are missing.</summary>
    /// <param name="cacheDirectory">Where the classes are kept; the user's cache folder unless given.</param>
    /// <exception cref="IOException">The cache folder can't be written.</exception>
    public static IReadOnlyList<string> JavaArguments(string? cacheDirectory = null) =>
    [
        $"-Xbootclasspath/a:{Publish(cacheDirectory ?? NpmPackage.CacheRoot)}",
        // The platform's own channels, to which the classes delegate, have no public factory.
        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
        $"-Djava.nio.channels.spi.SelectorProvider={Package}.LoopbackSelectorProvider",
    ];

    /// <summary>Checks that a port of this machine is closed to others.</summary>
    /// <param name="port">The port, once its server listens.</param>
    /// <exception cref="InvalidOperationException">A server listens on it at an address that other machines reach.</exception>
    public static void ThrowIfExposed(int port)
    {
        if (Array.Find(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), listener => listener.Port == port && !IPAddress.IsLoopback(listener.Address)) is { } exposed)
            throw new InvalidOperationException($"Port {port} is open to other machines: its server listens on {exposed}, not only on the loopback address.");
    }

    private static string Publish(string cacheDirectory)
    {
        var classes = typeof(LoopbackSockets).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".class", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Content: Read(name)))
            .ToList();
        // Named by its content: another version of this library has a folder of its own.
        var version = Convert.ToHexStringLower(SHA256.HashData([.. classes.SelectMany(@class => @class.Content)]).AsSpan(0, 8));
        var folder = Path.Combine(cacheDirectory, $"loopback-sockets-{version}");
        Directory.CreateDirectory(Path.Combine(folder, Package));
        foreach (var (name, content) in classes)
            Write(Path.Combine(folder, Package, name), content);
        return folder;
    }

    private static void Write(string path, byte[] content)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            return;
        // Renamed when whole: another process may be starting Java on it.
        var next = $"{path}.{Environment.ProcessId}.next";
        File.WriteAllBytes(next, content);
        File.Move(next, path, overwrite: true);
    }

    private static byte[] Read(string name)
    {
        using var resource = typeof(LoopbackSockets).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}
