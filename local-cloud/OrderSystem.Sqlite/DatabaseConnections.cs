using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>
/// The connections to a SQLite database: one connection that writes, and several connections that read. Every read and every
/// transaction checks that the files at the database's path are still the files that were opened. If a file was deleted or
/// replaced, the open connections can still read all the data, and the writing connection restores the files.
/// </summary>
public sealed class DatabaseConnections : IDisposable
{
    private readonly DatabaseFiles _files;
    private readonly ILogger _logger;
    private readonly ReaderWriterLockSlim _gate = new(LockRecursionPolicy.SupportsRecursion);
    private readonly ConcurrentBag<Session> _readers = [];
    private readonly DatabaseContent _content;
    private readonly WritingConnection _writing;

    private DatabaseConnections(DatabaseFiles files, DatabaseSchema schema, FolderLock folderLock, ILogger logger)
    {
        (_files, _content, _logger) = (files, new DatabaseContent(files, folderLock), logger);
        _writing = new WritingConnection(files, _content, schema, CloseReaders, logger);
    }

    /// <summary>The path of the database.</summary>
    public string Path => _files.Path;

    /// <summary>
    /// Whether the files at the database's path are still the files that were opened. Also true while the files are being
    /// restored, so that this property never waits.
    /// </summary>
    public bool AreIntact
    {
        get
        {
            // The thread that holds the write lock is already restoring the files.
            if (!_gate.TryEnterReadLock(0))
                return true;
            try
            {
                return _files.Look(out var written) == FilesState.Intact && !_content.IsWrittenAt(written);
            }
            finally
            {
                _gate.ExitReadLock();
            }
        }
    }

    /// <summary>Opens or creates a database, and migrates it to the schema.</summary>
    /// <exception cref="DatabaseException">The database file is in use, damaged, not a SQLite database, written by a newer
    /// version or a different program, or has lost data since it was last used.</exception>
    public static DatabaseConnections Open(string path, DatabaseSchema schema, ILogger logger)
    {
        var files = new DatabaseFiles(System.IO.Path.GetFullPath(path));
        var folderLock = Take(files, schema);
        try
        {
            Restoration.Finish(files, () => Inspection.Holds(files.Path, schema, folderLock.Committed));
            Inspection.Pass(files.Path, schema, folderLock.Committed);
            files.MakePrivate();
            return new DatabaseConnections(files, schema, folderLock, logger);
        }
        catch (Exception e) when (e is SqliteException or FilesChangedException)
        {
            folderLock.Dispose();
            throw e is SqliteException failure ? Inspection.Unusable(files.Path, failure) : new DatabaseException($"{files.Path} was changed while it was being opened: {e.Message}.", e);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Checks the files, restores them if necessary, and returns the writing connection. The writer's thread calls this method
    /// before each transaction, and again after the commit, before the commit is reported.
    /// </summary>
    /// <exception cref="FilesChangedException">Another program changed the database's files, and they can't be restored now. The
    /// message says what to do.</exception>
    internal Session Ensure()
    {
        if (_files.LookAsWriter() != FilesState.Intact || !_writing.IsOpen)
        {
            _gate.EnterWriteLock();
            try
            {
                _writing.MendOrRefuse(_files.LookAsWriter());
            }
            finally
            {
                _gate.ExitWriteLock();
            }
        }

        // This process writes the database only during a transaction, so any other change was made by another program.
        return _writing.Verified();
    }

    /// <summary>Commits the current transaction, and checks that it was written to the database's files.</summary>
    /// <exception cref="SqliteException">The commit failed; the caller must roll the transaction back.</exception>
    /// <exception cref="FilesChangedException">
    /// The transaction is committed, but the database's files were moved, deleted or replaced.
    /// </exception>
    internal void Commit(Session session)
    {
        session.Commit(_content.Next);
        _content.Committed();
        try
        {
            // The commit may have triggered a checkpoint, which writes to the database file.
            if (_files.LookAsWriter() == FilesState.Intact && _content.IsWritten)
                _content.Recount();
            Ensure();
        }
        catch (FilesChangedException e)
        {
            throw new FilesChangedException(e.Message, e) { IsCommitted = true };
        }
    }

    /// <summary>Reads committed data.</summary>
    /// <exception cref="FilesChangedException">The database's files were moved, deleted or replaced.</exception>
    /// <exception cref="SqliteException">The database can't be read.</exception>
    public T Read<T>(Func<Session, T> read)
    {
        _gate.EnterReadLock();
        try
        {
            var session = _readers.TryTake(out var open) ? open : OpenReading();
            T result;
            try
            {
                result = read(session);
            }
            finally
            {
                _readers.Add(session);
            }

            ThrowUnlessIntact();
            return result;
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
        catch (FilesChangedException e)
        {
            Log.ClosedElsewhere(_logger, _files.Path, e.Message);
            _writing.KeepLog();
        }

        _writing.Dispose();
        _content.Dispose();
        _gate.Dispose();
    }

    private static FolderLock Take(DatabaseFiles files, DatabaseSchema schema)
    {
        try
        {
            return FolderLock.Take(files.Lock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException($"{files.Path} is in use by another process, or its folder can't be written ({e.Message}). Stop the other process, or {schema.OtherFolder}.", e);
        }
    }

    // Call this method before opening a connection: a new connection would read a file that another program has put at the
    // database's path, and could delete that file's write-ahead log.
    private void ThrowUnlessIntact()
    {
        if (_files.Look() != FilesState.Intact)
            throw new FilesChangedException("the database's files were moved, deleted or replaced while the database was in use");
    }

    private Session OpenReading()
    {
        ThrowUnlessIntact();
        var session = new Session(_files.Path, SqliteOpenMode.ReadWrite);
        try
        {
            // SQLite opens the write-ahead log only at the first read, so read a row before checking the files.
            session.First("SELECT count FROM commits", row => row.GetInt64(0));
            ThrowUnlessIntact();
            return session.HasMoved ? throw new FilesChangedException("the database was moved while it was in use") : session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private void CloseReaders()
    {
        while (_readers.TryTake(out var session))
            session.Dispose();
    }
}
