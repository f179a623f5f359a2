using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>
/// The connections to a database: one that writes, and others that read. Each read and each commit first checks that the
/// files are those that were opened. If somebody has deleted or replaced a file, the open connections still hold all data
/// and write it back.
/// </summary>
internal sealed class DatabaseConnections : IDisposable
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

    /// <summary>Whether the files are those that were opened, as far as can be told without waiting.</summary>
    public bool AreIntact
    {
        get
        {
            // The thread that holds the gate is writing the files back.
            if (!_gate.TryEnterReadLock(0))
                return true;
            try
            {
                return _files.Look() == FilesState.Intact && !_content.IsWritten;
            }
            finally
            {
                _gate.ExitReadLock();
            }
        }
    }

    /// <summary>Opens or creates a database, and migrates it to the schema.</summary>
    /// <exception cref="DatabaseException">It is in use, not as it was left, newer than this program, damaged, or no database.</exception>
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
            throw e is SqliteException failure ? Inspection.Unusable(files.Path, failure) : new DatabaseException($"{files.Path} was changed while it was opened: {e.Message}.", e);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Checks the files, writes them back if necessary, and returns the writing connection. The writer's thread calls it
    /// before a transaction begins, and after the commit, before the commit is reported.
    /// </summary>
    /// <exception cref="FilesChangedException">The files changed and can't be written back now; the message says what to do.</exception>
    public Session Ensure()
    {
        if (_files.Look() != FilesState.Intact || !_writing.IsOpen)
        {
            _gate.EnterWriteLock();
            try
            {
                _writing.MendOrRefuse(_files.Look());
            }
            finally
            {
                _gate.ExitWriteLock();
            }
        }

        // Between two transactions, this process does not write the database.
        return _writing.Verified();
    }

    /// <summary>Commits the current transaction, and checks that it was written to the database's files.</summary>
    /// <exception cref="SqliteException">It is rolled back.</exception>
    /// <exception cref="FilesChangedException">It is committed, but the files are not where they belong.</exception>
    public void Commit(Session session)
    {
        session.Commit(_content.Next);
        _content.Committed();
        try
        {
            // The commit may have included a checkpoint.
            if (_files.Look() == FilesState.Intact && _content.IsWritten)
                _content.Recount();
            Ensure();
        }
        catch (FilesChangedException e)
        {
            throw new FilesChangedException(e.Message, e) { IsCommitted = true };
        }
    }

    /// <summary>Reads committed data.</summary>
    /// <exception cref="FilesChangedException">The files are not those that were opened.</exception>
    /// <exception cref="SqliteException">The file can't be read.</exception>
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

    // A connection opened now would read another program's file, and delete its log.
    private void ThrowUnlessIntact()
    {
        if (_files.Look() != FilesState.Intact)
            throw new FilesChangedException("its files were moved, deleted or replaced while it was in use");
    }

    private Session OpenReading()
    {
        ThrowUnlessIntact();
        var session = new Session(_files.Path, SqliteOpenMode.ReadWrite);
        try
        {
            // SQLite opens the log at the first read.
            session.First("SELECT count FROM commits", row => row.GetInt64(0));
            ThrowUnlessIntact();
            return session.HasMoved ? throw new FilesChangedException("it was moved while it was in use") : session;
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
