namespace OrderSystem.LocalCloud.TestSupport.Contracts;

/// <summary>
/// A copy of a data folder, in the state in which the folder would be if the process that writes to it were killed now.
/// </summary>
public sealed class Remains : IDisposable
{
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("order-system-");

    /// <param name="folder">The folder to copy. No process may write to this folder during the copy.</param>
    public Remains(string folder)
    {
        // Copy SQLite's write-ahead log before the database file: data that a checkpoint moves from the log to the database
        // during the copy is then in both copies rather than in neither.
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
