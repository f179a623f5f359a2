using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>Files that are either the old ones or the new ones, whenever the process dies.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file, to disk, and renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var next = path + ".next";
        using (var file = PrivateFiles.Open(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
