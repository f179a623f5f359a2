namespace OrderSystem.LocalCloud.TestSupport.Contracts;

/// <summary>What a kill at this moment would leave of a folder, for an adapter to open as another process would.</summary>
public sealed class Remains : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("order-system-");

    /// <param name="folder">The folder. Nothing is being written in it.</param>
    public Remains(string folder)
    {
        // SQLite's log before its database: what moves from one to the other meanwhile is then in both, never in neither.
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal))
        {
            if (file.EndsWith(".lock", StringComparison.Ordinal) || file.EndsWith("-shm", StringComparison.Ordinal))
                continue;
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Path => _copy.FullName;

    public void Dispose() => _copy.Delete(recursive: true);
}
