using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.Storage;

/// <summary>Replaces files atomically: after a crash, a file has either its old or its new content.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes the content to a temporary file, flushes the file to disk, and renames the file to <paramref name="path"/>.
    /// </summary>
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
