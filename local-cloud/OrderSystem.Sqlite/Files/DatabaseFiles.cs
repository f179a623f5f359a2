namespace OrderSystem.Sqlite.Files;

/// <summary>The state of a database's files, compared with the files that its connections have open.</summary>
internal enum FilesState
{
    /// <summary>The files at the database's paths are the files that the connections opened.</summary>
    Intact,

    /// <summary>The database was moved to another path, and there is no file at its original path.</summary>
    Moved,

    /// <summary>The database was deleted; only the open connections can still read it.</summary>
    Deleted,

    /// <summary>Another file is at the database's path.</summary>
    Replaced,

    /// <summary>
    /// The database is in place, but its write-ahead log, the log's index or the lock file was deleted or replaced.
    /// </summary>
    LogLost,

    /// <summary>The database or its log is shorter than before: another program may have cut off committed data.</summary>
    Shrunk,
}

/// <summary>
/// The files of a database: the database itself, SQLite's write-ahead log, the log's index, and the lock file that keeps
/// other processes out.
/// </summary>
/// <param name="path">The path of the database.</param>
internal sealed class DatabaseFiles(string path)
{
    private readonly Known _database = new(path);
    private readonly Known _log = new(path + "-wal");
    private readonly Known _index = new(path + "-shm");
    private readonly Known _lock = new(path + ".lock");
    private long _written;

    /// <summary>The path of the database.</summary>
    public string Path => path;

    /// <summary>
    /// The path of SQLite's write-ahead log, which contains the transactions committed since the last checkpoint.
    /// </summary>
    public string Log => _log.Path;

    /// <summary>The path of the index of the write-ahead log, a shared-memory file.</summary>
    public string Index => _index.Path;

    /// <summary>The path of the lock file.</summary>
    public string Lock => _lock.Path;

    /// <summary>
    /// The path of the copy from which a deleted or replaced database is restored. A copy gets this name only when it is
    /// complete.
    /// </summary>
    public string Restored => path + ".restored";

    /// <summary>
    /// When the database file was last written (by a checkpoint or by another program), as of the latest call of
    /// <see cref="LookAsWriter"/>.
    /// </summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>
    /// Returns whether the file at the database's path is the file with the given status. If no status is given, returns whether
    /// it is the file that <see cref="Remember"/> remembered.
    /// </summary>
    public bool IsDatabase(FileStatus? status = null) => !FileStatus.IsKnown || (FileStatus.Of(path) is { } found && (status is { } other ? other.IsSameAs(found) : _database.Is(found)));

    /// <summary>
    /// Remembers which files are now at the paths of the database, its write-ahead log, the log's index and the lock file.
    /// </summary>
    public void Remember()
    {
        foreach (var file in (Known[])[_database, _log, _index, _lock])
            file.Remember();
        Volatile.Write(ref _written, _database.WrittenWhenRemembered);
    }

    /// <summary>
    /// Removes other users' access to the files. When SQLite creates a new write-ahead log, it copies the file mode of the
    /// database.
    /// </summary>
    public void MakePrivate()
    {
        if (!System.IO.Path.Exists(path))
            PrivateFiles.Create(path);
        foreach (var file in new[] { path, Log, Index })
            PrivateFiles.Restrict(file);
    }

    /// <summary>
    /// Compares the database, its write-ahead log, the log's index and the lock file with the files that
    /// <see cref="Remember"/> last remembered.
    /// </summary>
    public FilesState Look() => Look(out _);

    /// <summary>
    /// Compares the files with those that <see cref="Remember"/> last remembered, and updates <see cref="Written"/>. Called only
    /// by the writer's thread.
    /// </summary>
    public FilesState LookAsWriter()
    {
        var state = Look(out var written);
        if (written is { } time)
            Volatile.Write(ref _written, time);
        return state;
    }

    /// <summary>
    /// Compares the files with those that <see cref="Remember"/> last remembered, and reports when the database file was last
    /// written. Only the writer's thread may store that time in <see cref="Written"/>. A time that another thread reads can be older than the writer's
    /// latest checkpoint; if it were stored, the checkpoint would look like a write by another program.
    /// </summary>
    /// <param name="written">When the database file was last written; null if the file is not at its path.</param>
    public FilesState Look(out long? written)
    {
        written = null;
        if (!FileStatus.IsKnown)
            return FilesState.Intact;
        var (database, log, index, fileLock) = (_database.Look(out written), _log.Look(out _), _index.Look(out _), _lock.Look(out _));
        return (database, log, index, fileLock) switch
        {
            (Difference.Other, _, _, _) => FilesState.Replaced,
            (Difference.Missing, _, _, _) => IsDeleted() ? FilesState.Deleted : FilesState.Moved,
            ( <= Difference.Shrunk, <= Difference.Shrunk, <= Difference.Shrunk, <= Difference.Shrunk) =>
                database == Difference.Shrunk || log == Difference.Shrunk ? FilesState.Shrunk : FilesState.Intact,
            _ => FilesState.LogLost,
        };
    }

    /// <summary>Returns whether the file at the path of the write-ahead log is the log that the connections write to.</summary>
    public bool HasOwnLog() => _log.Look(out _) <= Difference.Shrunk;

    /// <summary>Returns whether the file at the path of the lock file is the file that this process has locked.</summary>
    public bool HasOwnLock() => _lock.Look(out _) <= Difference.Shrunk;

    /// <summary>Returns the path to which the open database was moved; null if it can't be determined.</summary>
    public string? CurrentPath() => FileStatus.OfOpenFiles().Where(file => _database.Is(file.Status)).Select(file => file.Path).FirstOrDefault();

    private bool IsDeleted() => FileStatus.OfOpenFiles().Any(file => _database.Is(file.Status) && file.Status.Links == 0);

    private enum Difference
    {
        None,
        Shrunk,
        Missing,
        Other,
    }

    private sealed class Known(string path)
    {
        private FileStatus? _file;
        private long _length;

        public string Path => path;

        public long WrittenWhenRemembered => _file?.Written ?? 0;

        public void Remember()
        {
            _file = FileStatus.IsKnown ? FileStatus.Of(path) : null;
            Volatile.Write(ref _length, _file?.Length ?? 0);
        }

        public bool Is(FileStatus status) => _file is { } file && file.IsSameAs(status);

        public Difference Look(out long? written)
        {
            written = null;
            // Read the remembered length before the file's current length, because another thread may update the remembered
            // length when the file grows.
            var length = Volatile.Read(ref _length);
            if (_file is not { } file)
                return Difference.None;
            if (FileStatus.Of(path) is not { } found)
                return Difference.Missing;
            if (!file.IsSameAs(found))
                return Difference.Other;
            written = found.Written;
            if (found.Length < length)
                return Difference.Shrunk;
            if (found.Length > length)
                Volatile.Write(ref _length, found.Length);
            return Difference.None;
        }
    }
}
