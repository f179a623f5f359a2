namespace OrderSystem.CloudFormation;

/// <summary>
/// Resolves the relative paths in a document, such as a template, and rejects paths that lead outside the document's
/// folder.
/// </summary>
public static class ContainedPath
{
    private const int MaximumLinks = 40;

    private static StringComparison Comparison => OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Resolves a path against a folder.</summary>
    /// <param name="folder">
    /// The folder that the path must not leave. The folder itself may be reached through symbolic links.
    /// </param>
    /// <param name="path">The path, relative to the folder. The path need not exist.</param>
    /// <returns>
    /// The full path; null if the given path is absolute or invalid, or leads outside the folder directly or through a
    /// symbolic link.
    /// </returns>
    public static string? Resolve(string folder, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(path))
            return null;
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, folder));
        return IsWithin(folder, full) && Follow(folder) is { } realFolder && Follow(full) is { } real && IsWithin(realFolder, real) ? full : null;
    }

    private static bool IsWithin(string folder, string path) =>
        path.Equals(folder, Comparison) || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison);

    /// <summary>
    /// Resolves every symbolic link in a path, as the operating system does; null if the path contains too many links, for
    /// example because they form a cycle.
    /// </summary>
    private static string? Follow(string path)
    {
        var current = Path.GetPathRoot(path)!;
        var ahead = new Stack<string>();
        Push(ahead, path[current.Length..]);
        var links = 0;
        while (ahead.TryPop(out var part))
        {
            if (part == ".")
                continue;
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            var next = Path.Combine(current, part);
            if (LinkTarget(next) is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaximumLinks)
                return null;
            var root = Path.GetPathRoot(target)!;
            if (root.Length > 0)
                current = Path.GetFullPath(root);
            Push(ahead, target[root.Length..]);
        }

        return current;
    }

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (var part in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse())
            ahead.Push(part);
    }

    private static string? LinkTarget(string path) => Directory.Exists(path) ? new DirectoryInfo(path).LinkTarget : new FileInfo(path).LinkTarget;
}
