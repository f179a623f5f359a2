namespace OrderSystem.Sqlite.Files;

/// <summary>Whether a database's files are still those that its connections have open.</summary>
internal enum FilesState
{
    /// <summary>They are.</summary>
    Intact,

    /// <summary>The database has another path now; its own names nothing.</summary>
    Moved,

    /// <summary>The database was deleted: only open connections hold it.</summary>
    Deleted,

    /// <summary>Another file has the database's path.</summary>
    Replaced,

    /// <summary>The database is there; its log, the log's index or the lock was deleted or replaced.</summary>
    LogLost,

    /// <summary>A file is shorter than it was: another program may have cut off what was committed.</summary>
    Shrunk,
}

/// <summary>The files of a database: itself, SQLite's log and the log's index, and the lock that keeps other processes out.</summary>
/// <param name="path">The database.</param>
internal sealed class DatabaseFiles(string path)
{
    private readonly Known _database = new(path);
    private readonly Known _log = new(path + "-wal");
    private readonly Known _index = new(path + "-shm");
    private readonly Known _lock = new(path + ".lock");

    /// <summary>The database.</summary>
    public string Path => path;

    /// <summary>SQLite's log: what was committed since the last checkpoint.</summary>
    public string Log => _log.Path;

    /// <summary>The index of the log, which processes share.</summary>
    public string Index => _index.Path;

    /// <summary>The lock.</summary>
    public string Lock => _lock.Path;

    /// <summary>A copy with everything in it, made while the path named nothing or another file. Once it has this name, it is whole.</summary>
    public string Restored => path + ".restored";

    /// <summary>When the database itself was written last, as of the latest look: a checkpoint writes it, or somebody who overwrites it.</summary>
    public long Written => _database.Written;

    /// <summary>Whether the path names the database, as it was remembered or as <paramref name="status"/>.</summary>
    public bool IsDatabase(FileStatus? status = null) => !FileStatus.IsKnown || (FileStatus.Of(path) is { } found && (status is { } other ? other.IsSameAs(found) : _database.Is(found)));

    /// <summary>Remembers the files that the paths name now.</summary>
    public void Remember()
    {
        foreach (var file in (Known[])[_database, _log, _index, _lock])
            file.Remember();
    }

    /// <summary>Leaves the files to the user who runs the program; SQLite gives its log the mode of the database.</summary>
    public void MakePrivate()
    {
        if (!System.IO.Path.Exists(path))
            PrivateFiles.Create(path);
        foreach (var file in new[] { path, Log, Index })
            PrivateFiles.Restrict(file);
    }

    /// <summary>Compares the files with those remembered.</summary>
    public FilesState Look()
    {
        if (!FileStatus.IsKnown)
            return FilesState.Intact;
        var (database, log, index, fileLock) = (_database.Look(), _log.Look(), _index.Look(), _lock.Look());
        return (database, log, index, fileLock) switch
        {
            (Difference.Other, _, _, _) => FilesState.Replaced,
            (Difference.Missing, _, _, _) => IsDeleted() ? FilesState.Deleted : FilesState.Moved,
            ( <= Difference.Shrunk, <= Difference.Shrunk, <= Difference.Shrunk, <= Difference.Shrunk) => database == Difference.Shrunk || log == Difference.Shrunk ? FilesState.Shrunk : FilesState.Intact,
            _ => FilesState.LogLost,
        };
    }

    /// <summary>Whether the log that the path names is the one that the connections write.</summary>
    public bool HasOwnLog() => _log.Look() <= Difference.Shrunk;

    /// <summary>Whether the lock that the path names is the one that this process holds.</summary>
    public bool HasOwnLock() => _lock.Look() <= Difference.Shrunk;

    /// <summary>Where the database is now; null where that can't be told.</summary>
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
        private long _written;

        public string Path => path;

        public long Written => Volatile.Read(ref _written);

        public void Remember()
        {
            _file = FileStatus.IsKnown ? FileStatus.Of(path) : null;
            Volatile.Write(ref _length, _file?.Length ?? 0);
            Volatile.Write(ref _written, _file?.Written ?? 0);
        }

        public bool Is(FileStatus status) => _file is { } file && file.IsSameAs(status);

        public Difference Look()
        {
            // Read first: another thread may see the file grow meanwhile.
            var length = Volatile.Read(ref _length);
            if (_file is not { } file)
                return Difference.None;
            if (FileStatus.Of(path) is not { } found)
                return Difference.Missing;
            if (!file.IsSameAs(found))
                return Difference.Other;
            Volatile.Write(ref _written, found.Written);
            if (found.Length < length)
                return Difference.Shrunk;
            if (found.Length > length)
                Volatile.Write(ref _length, found.Length);
            return Difference.None;
        }
    }
}
