namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>
/// A temporary folder in the cache folder, in which a package is prepared. Disposing this object deletes the temporary folder.
/// </summary>
internal sealed class Staging : IDisposable
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>
    /// Creates the temporary folder. Also deletes temporary folders that are more than one day old, which killed processes
    /// left behind.
    /// </summary>
    /// <param name="cache">The cache folder.</param>
    /// <param name="now">The current time.</param>
    public Staging(string cache, DateTimeOffset now)
    {
        Folder = Path.Combine(cache, $".staging-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder);
        foreach (var other in new DirectoryInfo(cache).EnumerateDirectories(".staging-*").Where(other => now.UtcDateTime - other.LastWriteTimeUtc > Abandoned))
            Delete(other.FullName);
    }

    /// <summary>The temporary folder's path.</summary>
    public string Folder { get; }

    /// <summary>
    /// Atomically moves a finished folder into the cache. If another process has already put the same folder into the cache,
    /// the other process's copy is kept.
    /// </summary>
    /// <param name="made">The finished folder: the temporary folder, or a folder in it.</param>
    /// <param name="place">The folder's path in the cache.</param>
    public static void Publish(string made, string place)
    {
        try
        {
            Directory.Move(made, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
        }
    }

    /// <inheritdoc />
    public void Dispose() => Delete(Folder);

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The temporary folder no longer exists: the whole folder was moved into the cache, or another process deleted it.
        }
    }
}
