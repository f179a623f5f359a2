namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>
/// Lets requests between processes on this machine bypass the machine's HTTP proxy (<c>HTTP_PROXY</c>).
/// </summary>
internal static class LoopbackProxy
{
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Exempts the loopback addresses from the proxy, for this process and for the processes that it starts.</summary>
    public static void Bypass()
    {
        // Some programs read NO_PROXY and others read no_proxy, and the two variables may have different values.
        foreach (var name in new[] { "NO_PROXY", "no_proxy" })
            Environment.SetEnvironmentVariable(name, Exempt(Environment.GetEnvironmentVariable(name)));
    }

    /// <summary>Adds the loopback addresses to a list of exempted hosts.</summary>
    /// <param name="exempted">The current value of <c>NO_PROXY</c>; null if it is not set.</param>
    public static string Exempt(string? exempted)
    {
        var hosts = (exempted ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(',', hosts.Union(Hosts));
    }
}
