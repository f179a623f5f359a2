using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrderSystem.ServiceDefaults.LocalAccess;

/// <summary>
/// The host names that a server answers to. A web page whose name was rebound to this machine's address is of the same
/// origin as the server; only its name in <c>Host</c> gives it away.
/// </summary>
public sealed class AllowedHosts
{
    private readonly string[] _names;

    /// <summary>Reads a list of host names.</summary>
    /// <param name="names">
    /// Names with semicolons or commas between, such as <c>api;*.example.org</c>; <c>*</c> allows every name. Loopback names
    /// are always allowed.
    /// </param>
    public AllowedHosts(string? names) => _names = (names ?? "").Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a request's host is allowed; one that names none is.</summary>
    public bool Contains(HostString host) =>
        !host.HasValue || IsLoopback(host.Host) || Array.Exists(_names, name => Matches(name, host.Host));

    private static bool IsLoopback(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        // RFC 6761: names under localhost never leave the machine. Aspire gives each resource one.
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));

    private static bool Matches(string pattern, string name) =>
        pattern == "*"
        || pattern.Equals(name, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && name.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase));
}
