using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// The connections to a database: one that writes, and others that read. Before each read or commit they check that the
/// files are still those that they opened. If another program deleted or replaced a file, the open connections still hold
/// all data, and write it back.
/// </summary>
internal sealed class DatabaseConnections : IDisposable
{
    // fullfsync: on macOS, only a full fsync reaches the disk; other systems ignore these pragmas.
    // secure_delete: deleted content (payment tokens) is overwritten whenever its page is written anyway.
    // cache_size: a commit may scan the whole page cache (after a page split), so keep it small; other pages are in the
    // operating system's cache.
    private const string Opening = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA checkpoint_fullfsync = ON;
        PRAGMA cache_size = -4096;
        PRAGMA wal_autocheckpoint = 8192;
        PRAGMA secure_delete = FAST;
        """;

    private readonly DatabaseFiles _files;
    private readonly ILogger _logger;
    private readonly ReaderWriterLockSlim _gate = new(LockRecursionPolicy.SupportsRecursion);
    private readonly ConcurrentBag<Session> _readers = [];
    private readonly DatabaseContent _content;
    private Session? _writing;
    private FilesState _reported;
    private bool _hasCheckpointed;

    private DatabaseConnections(DatabaseFiles files, FolderLock folderLock, ILogger logger)
    {
        (_files, _content, _logger) = (files, new DatabaseContent(files, folderLock), logger);
        _writing = OpenWriting(SqliteOpenMode.ReadWriteCreate);
        RememberFiles();
    }

    /// <summary>Whether the files are still those that were opened; true while they are being written back.</summary>
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

    /// <summary>Opens a database, or creates it, and migrates it to this program's schema.</summary>
    /// <exception cref="DatabaseException">The database was changed since its last use, or is of a newer or another program.</exception>
    /// <exception cref="SqliteException">The database can't be opened.</exception>
    public static DatabaseConnections Open(DatabaseFiles files, FolderLock folderLock, ILogger logger)
    {
        Restoration.Finish(files, () => Inspection.Holds(files.Path, folderLock.Committed));
        Inspection.Pass(files.Path, folderLock.Committed);
        files.MakePrivate();
        try
        {
            return new DatabaseConnections(files, folderLock, logger);
        }
        catch (FilesChangedException e)
        {
            throw new DatabaseException($"{files.Path} was changed while it was opened: {e.Message}.", e);
        }
    }

    /// <summary>
    /// Returns the writing connection after checking that the files are those that it has open. Called on the writer's
    /// thread, outside a transaction: before it begins, and after its commit before the commit is reported.
    /// </summary>
    /// <exception cref="FilesChangedException">The files were changed and can't be written back now; the message says what to do.</exception>
    public Session Ensure()
    {
        var state = _files.Look();
        if (state != FilesState.Intact || _writing is null)
        {
            _gate.EnterWriteLock();
            try
            {
                MendOrRefuse(_files.Look());
            }
            finally
            {
                _gate.ExitWriteLock();
            }
        }

        // Between two transactions, this process does not write the database.
        VerifyContent();
        _hasCheckpointed = false;
        _reported = FilesState.Intact;
        return _writing!;
    }

    /// <summary>Commits the current transaction, and verifies that it went into the database's files.</summary>
    /// <exception cref="SqliteException">The transaction was rolled back.</exception>
    /// <exception cref="FilesChangedException">It was committed, but the files are not in place.</exception>
    public void Commit(Session session)
    {
        session.Commit(_content.Next);
        _content.Committed();
        // The commit may have triggered a checkpoint.
        if (_files.Look() == FilesState.Intact && _content.IsWritten)
            _content.Recount();
        Ensure();
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
            _writing?.KeepLog();
        }

        Close();
        _content.Dispose();
        _gate.Dispose();
    }

    private void VerifyContent()
    {
        if (!_content.IsWritten)
            return;
        if (_hasCheckpointed)
            _content.Recount();
        else
            _content.Verify();
    }

    // A connection opened now could read another program's file and delete its log.
    private void ThrowUnlessIntact()
    {
        if (_files.Look() != FilesState.Intact)
            throw new FilesChangedException("its files were moved, deleted or replaced while it was in use");
    }

    private void MendOrRefuse(FilesState state)
    {
        try
        {
            Mend(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new FilesChangedException($"its files were changed by another program while it was in use: {e.Message}", e);
        }
    }

    private void Mend(FilesState state)
    {
        if (_writing is null)
        {
            Reopen();
            return;
        }

        if (state != _reported)
            Log.FilesChanged(_logger, _files.Path, state);
        _reported = state;
        switch (state)
        {
            case FilesState.Moved:
                // After a checkpoint, the moved file is complete without its log.
                TryCheckpoint();
                _hasCheckpointed = true;
                throw new FilesChangedException($"it was moved{(_files.CurrentPath() is { } now ? $" to {now}" : "")} while it was in use. Move it back: nothing is lost, and nothing is accepted until then");
            case FilesState.Deleted or FilesState.Replaced:
                WriteBack();
                Log.FilesRestored(_logger, _files.Path);
                break;
            case FilesState.LogLost:
                VerifyContent();
                Checkpoint();
                Reopen();
                Log.FilesRestored(_logger, _files.Path);
                break;
            case FilesState.Shrunk:
                // Another program may have checkpointed and emptied the log. If not, the check below fails.
                if (_content.IsWritten)
                    VerifyContent();
                else
                    Checkpoint();
                Check(_writing);
                RememberFiles();
                break;
        }
    }

    /// <summary>Restores the database at its path from the data that the connections hold.</summary>
    private void WriteBack()
    {
        TryCheckpoint();
        Restoration.Copy(_files, path => _writing!.Execute("VACUUM INTO ?1", path));
        var copy = FileStatus.Of(_files.Restored);
        if (_files.Look() is not (FilesState.Deleted or FilesState.Replaced))
        {
            File.Delete(_files.Restored);
            throw new FilesChangedException("its files are being moved while it is in use");
        }

        Restoration.PutInPlace(_files, _files.HasOwnLog());
        _content.TakeLockAgain();
        var next = OpenWriting(SqliteOpenMode.ReadWrite);
        if (!_files.IsDatabase(copy) || next.HasMoved)
        {
            next.Dispose();
            throw new FilesChangedException("its files are being replaced while it is in use");
        }

        // The old connections' path names another file now, so closing them does not touch it.
        Close();
        _writing = next;
        RememberFiles(isCopy: true);
    }

    private void Reopen()
    {
        Close();
        _content.TakeLockAgain();
        _writing = OpenWriting(SqliteOpenMode.ReadWrite);
        Check(_writing);
        RememberFiles();
    }

    private void RememberFiles(bool isCopy = false)
    {
        _files.Remember();
        _content.Accept(isCopy);
    }

    private Session OpenWriting(SqliteOpenMode mode)
    {
        var session = new Session(_files.Path, mode);
        try
        {
            session.Run(Opening);
            Schema.Migrate(session);
            _content.Opened(session.First("SELECT count FROM commits", row => row.GetInt64(0)));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
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

    /// <summary>Moves the whole log into the database and empties the log, so that nothing depends on it.</summary>
    private void Checkpoint()
    {
        if (_writing!.First("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt32(0)) != 0)
            throw new FilesChangedException("its log was deleted or replaced while it was in use, and another program is reading it. Close that program");
    }

    private void TryCheckpoint()
    {
        try
        {
            Checkpoint();
        }
        catch (Exception e) when (e is FilesChangedException or SqliteException)
        {
            // Not needed: the connections still see all data.
        }
    }

    private void Check(Session session)
    {
        if (Inspection.Finding(session, _files.Path) is { } finding)
            throw new FilesChangedException(Inspection.Damaged(_files.Path, finding));
    }

    private void Close()
    {
        CloseReaders();
        _writing?.Dispose();
        _writing = null;
    }

    private void CloseReaders()
    {
        while (_readers.TryTake(out var session))
            session.Dispose();
    }
}
