using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>
/// The host names that a server accepts, as protection against DNS rebinding. If an attacker makes a web page's host name
/// resolve to this machine's address, the browser treats the page and this server as the same origin. Only the header
/// <c>Host</c> then shows that the request is for a foreign host name.
/// </summary>
public sealed class AllowedHosts
{
    private readonly string[] _names;

    /// <summary>Reads a list of host names.</summary>
    /// <param name="names">
    /// Names separated by semicolons or commas, such as <c>api;*.example.org</c>; <c>*</c> allows every name. Loopback
    /// names are always allowed.
    /// </param>
    public AllowedHosts(string? names) => _names = (names ?? "").Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a request's host is allowed. A request without a host is always allowed.</summary>
    public bool Contains(HostString host) =>
        !host.HasValue || IsLoopback(host.Host) || Array.Exists(_names, name => Matches(name, host.Host));

    private static bool IsLoopback(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        // RFC 6761: names under localhost always resolve to this machine. Aspire gives each resource a name of this kind.
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));

    private static bool Matches(string pattern, string name) =>
        pattern == "*"
        || pattern.Equals(name, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));
}
