using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using OrderSystem.LocalCloud.Hosting.Tools;

namespace OrderSystem.LocalCloud.Hosting.DynamoDB;

/// <summary>
/// Protects DynamoDB Local against access from other machines and against DNS rebinding. Under Java, DynamoDB Local
/// listens on every address and accepts every host name, and has no option to change that. The Java classes in this
/// library replace the JDK's socket channels. They bind to the loopback address only, and reject a connection if the
/// Host header of its first request names another machine.
/// </summary>
internal static class LoopbackSockets
{
    private const string Package = "ordersystem";

    /// <summary>
    /// Returns the arguments of <c>java</c> that must come before <c>-jar</c>. Writes the Java classes to the cache if they are
    /// missing.
    /// </summary>
    /// <param name="cacheDirectory">The folder to which the Java classes are written; null means the user's cache folder.</param>
    /// <exception cref="IOException">The cache folder can't be written.</exception>
    public static IReadOnlyList<string> JavaArguments(string? cacheDirectory = null) =>
    [
        $"-Xbootclasspath/a:{Publish(cacheDirectory ?? NpmPackage.CacheRoot)}",
        // The Java classes delegate to the JDK's own channels. The JDK has no public factory for them, so export its
        // internal package.
        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
        $"-Djava.nio.channels.spi.SelectorProvider={Package}.LoopbackSelectorProvider",
    ];

    /// <summary>Checks that other machines can't reach a port of this machine.</summary>
    /// <param name="port">The port, on which a server must already listen.</param>
    /// <exception cref="InvalidOperationException">
    /// A server listens on the port at an address that other machines can reach.
    /// </exception>
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
        // The folder is named after a hash of the classes, so that each version of this library has its own folder.
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
        // Write the file under another name, then rename it, because another process may be starting Java with the
        // existing file.
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
