namespace OrderSystem.LocalCloud.TestSupport.Contracts;

/// <summary>A copy of a folder as a kill at this moment would leave it.</summary>
public sealed class Remains : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("order-system-");

    /// <param name="folder">The folder. Nothing is being written in it.</param>
    public Remains(string folder)
    {
        // SQLite's log before its database: data that moves between them during the copy is then in both rather than lost.
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
