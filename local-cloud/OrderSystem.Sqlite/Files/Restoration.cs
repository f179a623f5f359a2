namespace OrderSystem.Sqlite.Files;

/// <summary>
/// Restores a deleted or replaced database from a complete copy. After a crash at any point, either the copy or the
/// restored database exists.
/// </summary>
internal static class Restoration
{
    /// <summary>Copies all data of the database to <see cref="DatabaseFiles.Restored"/>.</summary>
    /// <param name="files">The database's files.</param>
    /// <param name="copyTo">Copies all data to the empty file at the given path.</param>
    public static void Copy(DatabaseFiles files, Action<string> copyTo)
    {
        var part = files.Restored + ".part";
        PrivateFiles.CreateFolder(Path.GetDirectoryName(files.Path)!);
        File.Delete(part);
        PrivateFiles.Create(part);
        copyTo(part);
        using (var copy = new FileStream(part, FileMode.Open, FileAccess.ReadWrite))
            copy.Flush(flushToDisk: true);
        File.Move(part, files.Restored, overwrite: true);
    }

    /// <summary>Moves the copy to the database's path. A file that is already there is renamed to <c>….replaced-N</c>.</summary>
    /// <param name="files">The database's files.</param>
    /// <param name="isOwnLog">Whether the write-ahead log next to the database's path belongs to the copied database. If it does,
    /// the log is deleted; if not, the log is renamed together with its database file.</param>
    public static void PutInPlace(DatabaseFiles files, bool isOwnLog)
    {
        var aside = Enumerable.Range(1, int.MaxValue).Select(number => $"{files.Path}.replaced-{number}").First(path => !File.Exists(path));
        if (File.Exists(files.Path))
        {
            File.Move(files.Path, aside);
            if (!isOwnLog && File.Exists(files.Log))
                File.Move(files.Log, aside + "-wal");
        }

        File.Delete(files.Log);
        File.Delete(files.Index);
        File.Move(files.Restored, files.Path);
    }

    /// <summary>Finishes a restoration that was interrupted because the process was killed.</summary>
    /// <param name="files">The database's files.</param>
    /// <param name="isWhole">Returns whether the file at the database's path has all transactions, so that the copy is not
    /// needed.</param>
    public static void Finish(DatabaseFiles files, Func<bool> isWhole)
    {
        if (!File.Exists(files.Restored))
            return;
        if (isWhole())
            File.Delete(files.Restored);
        else
            PutInPlace(files, isOwnLog: true);
    }
}
