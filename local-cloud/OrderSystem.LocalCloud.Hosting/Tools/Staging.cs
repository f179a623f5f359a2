namespace OrderSystem.LocalCloud.Hosting.Tools;

/// <summary>A temporary folder next to the cached ones, deleted on dispose.</summary>
internal sealed class Staging : IDisposable
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>Creates the folder, and deletes those that killed processes left behind.</summary>
    /// <param name="cache">The folder of cached folders.</param>
    /// <param name="now">The time.</param>
    public Staging(string cache, DateTimeOffset now)
    {
        Folder = Path.Combine(cache, $".staging-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder);
        foreach (var other in new DirectoryInfo(cache).EnumerateDirectories(".staging-*").Where(other => now.UtcDateTime - other.LastWriteTimeUtc > Abandoned))
            Delete(other.FullName);
    }

    /// <summary>Its path.</summary>
    public string Folder { get; }

    /// <summary>Moves a finished folder into the cache. A rename is all or nothing; if another process was first, its copy is as good.</summary>
    /// <param name="made">The finished folder: this one, or one within.</param>
    /// <param name="place">Its path in the cache.</param>
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
            // It was published whole, or another process deleted it.
        }
    }
}
