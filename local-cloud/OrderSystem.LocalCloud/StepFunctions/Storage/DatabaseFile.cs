using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// A database file and its connections. Each read and commit checks that the files are still those that were opened. If one
/// was deleted or replaced, the writing connection still has all data, and the data is written back.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    private const string Counter = "CREATE TABLE IF NOT EXISTS commits (id INTEGER PRIMARY KEY, count INTEGER NOT NULL); INSERT OR IGNORE INTO commits (id, count) VALUES (1, 0);";

    private readonly DatabaseFiles _files;
    private readonly string _schema;
    private readonly ReaderWriterLockSlim _gate = new(LockRecursionPolicy.SupportsRecursion);
    private FolderLock _lock;
    private SqliteConnection? _writing;
    private long _committed;

    private DatabaseFile(DatabaseFiles files, string schema, FolderLock folderLock)
    {
        (_files, _schema, _lock, _committed) = (files, schema, folderLock, folderLock.Committed.Total);
        _writing = OpenWriting(SqliteOpenMode.ReadWriteCreate);
        _files.Remember();
    }

    /// <summary>The path of the database.</summary>
    public string Path => _files.Path;

    /// <summary>Called by the writer's thread before and after the writing connection is replaced: commands of the old connection are invalid.</summary>
    public Action? Reopened { get; set; }

    /// <summary>Opens a database, or creates it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="schema">Statements that create missing tables and indexes.</param>
    /// <exception cref="IOException">The file can't be used, another process uses it, or it has lost transactions.</exception>
    public static DatabaseFile Open(string path, string schema)
    {
        var files = new DatabaseFiles(path);
        var folderLock = Take(files);
        try
        {
            Restoration.Finish(files, () => Count(path) >= folderLock.Committed.Total);
            var (found, committed) = (Count(path), folderLock.Committed.Total);
            if (committed > 0 && found < committed)
                throw new IOException($"{path} {(found < 0 ? "is missing" : "lacks transactions that were committed to it")}: it was removed or replaced, or {files.Log} was. Put back the two files as they were. To accept the loss, delete {files.Lock}.");
            files.MakePrivate();
            return new DatabaseFile(files, schema, folderLock);
        }
        catch (SqliteException e)
        {
            folderLock.Dispose();
            throw Unusable(path, e);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Returns the writing connection, after restoring its files if necessary. Called by the writer before and after each transaction.</summary>
    /// <exception cref="IOException">The files can't be restored now; the message says what to do.</exception>
    public SqliteConnection Ensure()
    {
        if (_files.Look() == FilesState.Intact && _writing is { } writing)
            return writing;
        _gate.EnterWriteLock();
        try
        {
            Mend(_files.Look());
            return _writing!;
        }
        catch (SqliteException e)
        {
            throw Unusable(Path, e);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>Whether the files are still those that were opened.</summary>
    public bool IsIntact() => _files.Look() == FilesState.Intact;

    /// <summary>Counts a transaction; called inside it.</summary>
    public void Count(SqliteTransaction transaction)
    {
        using var count = _writing!.CreateCommand();
        count.Transaction = transaction;
        count.CommandText = $"UPDATE commits SET count = {_committed + 1}";
        count.ExecuteNonQuery();
    }

    /// <summary>Records that the transaction was committed.</summary>
    public void Committed() => _lock.Remember(new CommitCount(++_committed, 0));

    /// <summary>Reads with a separate connection.</summary>
    /// <exception cref="IOException">The file can't be read, or is not the file that was opened.</exception>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        _gate.EnterReadLock();
        try
        {
            ThrowUnlessIntact();
            using var connection = Connect(Path, SqliteOpenMode.ReadWrite, isPooled: true);
            var result = read(connection);
            ThrowUnlessIntact();
            return result;
        }
        catch (SqliteException e)
        {
            throw Unusable(Path, e);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Ensure();
        }
        catch (IOException)
        {
            // The next process reports what is missing.
        }

        Close();
        _lock.Dispose();
        _gate.Dispose();
    }

    private static FolderLock Take(DatabaseFiles files)
    {
        try
        {
            return FolderLock.Take(files.Lock);
        }
        catch (IOException e)
        {
            throw new IOException($"{files.Path} is in use by another process, or its folder can't be written ({e.Message}). Stop the other process, or use another data folder.", e);
        }
    }

    private void ThrowUnlessIntact()
    {
        if (!IsIntact())
            throw new IOException($"{Path} can't be used: its files were moved, deleted or replaced while it was in use.");
    }

    private void Mend(FilesState state)
    {
        if (_writing is null)
            Reopen();
        switch (state)
        {
            case FilesState.Moved:
                // After a checkpoint the moved file is complete without its log.
                TryCheckpoint();
                throw new IOException($"{Path} was moved{(_files.CurrentPath() is { } now ? $" to {now}" : "")} while it was in use. Move it back: nothing is lost, and nothing is written until then.");
            case FilesState.Deleted or FilesState.Replaced:
                WriteBack();
                break;
            case FilesState.LogLost:
                Checkpoint();
                Close();
                Reopen();
                break;
            case FilesState.Shrunk:
                // Another program may have emptied the log legitimately. If not, the check fails.
                Checkpoint();
                Check();
                _files.Remember();
                break;
        }
    }

    private void WriteBack()
    {
        TryCheckpoint();
        Restoration.Copy(_files, VacuumInto);
        var copy = FileStatus.Of(_files.Restored);
        if (_files.Look() is not (FilesState.Deleted or FilesState.Replaced))
        {
            File.Delete(_files.Restored);
            throw new IOException($"{Path} is being moved while it is in use.");
        }

        Restoration.PutInPlace(_files, _files.HasOwnLog());
        TakeLockAgain();
        var next = OpenWriting(SqliteOpenMode.ReadWrite);
        if (!_files.IsDatabase(copy))
        {
            next.Dispose();
            throw new IOException($"{Path} is being replaced while it is in use.");
        }

        Close();
        _writing = next;
        _files.Remember();
        Reopened?.Invoke();
    }

    private void VacuumInto(string path)
    {
        using var copy = _writing!.CreateCommand();
        copy.CommandText = "VACUUM INTO $path";
        copy.Parameters.AddWithValue("$path", path);
        copy.ExecuteNonQuery();
    }

    private void Reopen()
    {
        TakeLockAgain();
        _writing = OpenWriting(SqliteOpenMode.ReadWrite);
        Check();
        _files.Remember();
        Reopened?.Invoke();
    }

    private void TakeLockAgain()
    {
        if (_files.HasOwnLock())
            return;
        var next = Take(_files);
        next.Remember(new CommitCount(_committed, 0));
        _lock.Dispose();
        _lock = next;
    }

    private void Checkpoint()
    {
        if (Scalar(_writing!, "PRAGMA wal_checkpoint(TRUNCATE)") is not 0L)
            throw new IOException($"{_files.Log} was deleted or replaced, and another program is reading it. Close the programs that have {Path} open.");
    }

    private void TryCheckpoint()
    {
        try
        {
            Checkpoint();
        }
        catch (Exception e) when (e is IOException or SqliteException)
        {
            // The connection still sees all data.
        }
    }

    private void Check()
    {
        if (Scalar(_writing!, "PRAGMA quick_check(1)") is not "ok" and var finding)
            throw new IOException($"{Path} is damaged ({finding}). Restore it from a copy, or move it away together with {_files.Lock} to start with an empty database.");
    }

    private SqliteConnection OpenWriting(SqliteOpenMode mode)
    {
        var connection = Connect(Path, mode, isPooled: false);
        try
        {
            using var schema = connection.CreateCommand();
            schema.CommandText = _schema + Counter;
            schema.ExecuteNonQuery();
            var committed = (long)Scalar(connection, "SELECT count FROM commits")!;
            if (committed < _committed)
                throw new IOException($"{Path} lacks transactions: another file was put in its place.");
            _committed = committed;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        Reopened?.Invoke();
        using (var pooled = new SqliteConnection(ConnectionString(Path, SqliteOpenMode.ReadWrite, isPooled: true)))
            SqliteConnection.ClearPool(pooled);
        _writing?.Dispose();
        _writing = null;
    }

    /// <summary>The number of transactions in a database; -1 if it is missing or empty.</summary>
    private static long Count(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            return -1;
        using var connection = Connect(path, SqliteOpenMode.ReadOnly, isPooled: false);
        return Scalar(connection, "SELECT 1 FROM sqlite_master WHERE name = 'commits'") is null ? 0 : (long)Scalar(connection, "SELECT count FROM commits")!;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode, bool isPooled)
    {
        var connection = new SqliteConnection(ConnectionString(path, mode, isPooled));
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // A longer wait for another program's lock must be reported as an error.
    private static string ConnectionString(string path, SqliteOpenMode mode, bool isPooled) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = isPooled, DefaultTimeout = 2 }.ToString();

    private static IOException Unusable(string path, SqliteException e) => new(
        $"{path} can't be used ({e.Message}). Make room on its disk, close other programs that have it open, or use another data folder.", e);
}
