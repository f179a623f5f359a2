namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>
/// npm packages with their dependencies, for a program that runs on Node.js. The packages are installed once into a
/// per-user cache.
/// </summary>
/// <param name="Packages">The packages to install.</param>
internal sealed record NpmInstallation(params IReadOnlyList<NpmPackage> Packages)
{
    /// <summary>
    /// Returns the folder that contains <c>node_modules</c>. Installs the packages first if the folder does not exist.
    /// </summary>
    /// <param name="progress">Receives one message if the packages must be installed.</param>
    /// <param name="cancellationToken">Cancels the installation; the cache is then unchanged.</param>
    /// <exception cref="MissingToolException">Node.js or npm is not installed, or npm could not install a package.</exception>
    public async Task<string> EnsureAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        if ((await Tool.RunAsync("node", ["--version"], cancellationToken)).ExitCode is null)
            throw new MissingToolException("Node.js is not installed (https://nodejs.org; Debian and Ubuntu: apt-get install nodejs npm).");
        var folder = Path.Combine(NpmPackage.CacheRoot, "node-" + string.Join('_', Packages.Select(package => $"{package.Name.Replace('/', '+')}-{package.Version}")));
        if (Directory.Exists(folder))
            return folder;

        progress?.Invoke($"Downloading {string.Join(", ", Packages.Select(package => $"{package.Name} {package.Version}"))}; later runs use the cached copy.");
        using var staging = new Staging(NpmPackage.CacheRoot, TimeProvider.System.GetUtcNow());
        var (exitCode, output) = await Tool.RunAsync(
            "npm", ["install", "--prefix", staging.Folder, "--no-audit", "--no-fund", "--ignore-scripts", "--silent",
                .. Packages.Select(package => $"{package.Name}@{package.Version}")], cancellationToken);
        if (exitCode is null)
            throw new MissingToolException("npm is not installed (https://nodejs.org; Debian and Ubuntu: apt-get install npm).");
        if (exitCode != 0)
            throw new MissingToolException($"npm could not install {string.Join(", ", Packages.Select(package => package.Name))}: {output.Trim()}");
        Staging.Publish(staging.Folder, folder);
        return folder;
    }
}
