namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>
/// Makes requests between processes of this machine bypass the machine's HTTP proxy (<c>HTTP_PROXY</c>).
/// </summary>
internal static class LoopbackProxy
{
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Exempts the loopback addresses, for this process and those it starts.</summary>
    public static void Bypass()
    {
        // Some programs read one spelling, some the other, and the two may differ.
        foreach (var name in new[] { "NO_PROXY", "no_proxy" })
            Environment.SetEnvironmentVariable(name, Exempt(Environment.GetEnvironmentVariable(name)));
    }

    /// <summary>The list of exempted hosts, with the loopback addresses.</summary>
    /// <param name="exempted">The current list.</param>
    public static string Exempt(string? exempted)
    {
        var hosts = (exempted ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(',', hosts.Union(Hosts));
    }
}
