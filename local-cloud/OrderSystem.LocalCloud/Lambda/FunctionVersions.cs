using System.Collections.Concurrent;
using System.Globalization;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>A function's versions and aliases. All versions are served by the same local process.</summary>
internal sealed class FunctionVersions
{
    /// <summary>The name of the unpublished version.</summary>
    public const string Latest = "$LATEST";

    private readonly ConcurrentDictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _published = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The published versions, oldest first.</summary>
    public IEnumerable<string> Published => Enumerable.Range(1, _published.Count).Select(version => version.ToString(CultureInfo.InvariantCulture));

    /// <summary>The aliases, each with its version.</summary>
    public IEnumerable<(string Name, string Version)> Aliases => _aliases.Select(alias => (alias.Key, alias.Value)).OrderBy(alias => alias.Key, StringComparer.Ordinal);

    /// <summary>Publishes a version, or returns the version that was already published under the same key.</summary>
    /// <returns>The version, such as <c>1</c>.</returns>
    public string Publish(string key)
    {
        lock (_gate)
            return _published.GetOrAdd(key, _ => (_published.Count + 1).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Points an alias at a version.</summary>
    public void SetAlias(string name, string version) => _aliases[name] = version;

    /// <summary>Returns the version that a qualifier refers to; null if there is no such version or alias.</summary>
    /// <param name="qualifier">A version or an alias; null means <c>$LATEST</c>.</param>
    public string? Of(string? qualifier) =>
        qualifier is null ? Latest : _aliases.GetValueOrDefault(qualifier) ?? Published.FirstOrDefault(version => version == qualifier);
}
