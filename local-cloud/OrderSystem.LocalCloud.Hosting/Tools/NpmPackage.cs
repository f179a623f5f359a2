using System.Formats.Tar;
using System.IO.Compression;

namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>
/// A program that is published in an npm package. The package is downloaded once into a per-user cache. The program does
/// not need npm to run.
/// </summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The package's exact version.</param>
internal sealed record NpmPackage(string Name, string Version)
{
    /// <summary>The cache folder for unpacked packages, in <c>XDG_CACHE_HOME</c> or the platform's cache folder.</summary>
    internal static string CacheRoot =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "ordersystem");

    /// <summary>Whether the package is in the cache, so that npm is no longer needed.</summary>
    public bool IsCached => Probe is null ? Directory.Exists(Folder) : File.Exists(Path.Combine(Folder, Probe));

    /// <summary>
    /// The path of a file that the package contains, relative to the package's folder. If the cached package does not
    /// contain this file, the package is downloaded again. If the path is null, no file is checked.
    /// </summary>
    public string? Probe { get; init; }

    private string Folder => Path.Combine(CacheRoot, $"{Name.Replace('/', '+')}-{Version}");

    /// <summary>Returns the folder with the package's files. Downloads the package first if it is not cached.</summary>
    /// <param name="progress">
    /// Called with this package before the download starts; not called if the package is cached.
    /// </param>
    /// <param name="cancellationToken">Cancels the download; the cache is then unchanged.</param>
    /// <exception cref="MissingToolException">npm is not installed, or could not download the package.</exception>
    public async Task<string> EnsureAsync(Action<NpmPackage>? progress, CancellationToken cancellationToken)
    {
        var folder = Folder;
        if (IsCached)
            return folder;

        progress?.Invoke(this);
        using var staging = new Staging(CacheRoot, TimeProvider.System.GetUtcNow());
        var (exitCode, output) = await Tool.RunAsync("npm", ["pack", $"{Name}@{Version}", "--pack-destination", staging.Folder, "--silent"], cancellationToken);
        if (exitCode is null)
            throw new MissingToolException($"npm is needed once to download {Name}: install Node.js (https://nodejs.org; Debian and Ubuntu: apt-get install npm).");
        if (exitCode != 0)
            throw new MissingToolException($"npm could not download {Name} {Version}: {output.Trim()}");
        await UnpackAsync(Directory.GetFiles(staging.Folder, "*.tgz").Single(), staging.Folder, cancellationToken);
        if (Directory.Exists(folder) && !IsCached)
            Directory.Delete(folder, recursive: true);
        Staging.Publish(Path.Combine(staging.Folder, "package"), folder);
        return folder;
    }

    private static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(archive);
        await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: true, cancellationToken);
    }
}
