using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// The connections to a database: one that writes, and others that read. Before anything is read or committed, its files
/// must be those that were opened. When somebody has deleted or replaced one of them, the open connections still hold
/// everything, and it is written back.
/// </summary>
internal sealed class DatabaseConnections : IDisposable
{
    // On macOS only a full fsync reaches the disk; elsewhere the pragmas of that name mean nothing.
    // What is deleted, as payment tokens are, is overwritten wherever its page is written anyway.
    // A commit may walk through the whole cache (a split that has to put pages in order leaves it that to do), and a page
    // that is not there is in the system's cache: so it holds little more than what is written again and again.
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
    private FolderLock _lock;
    private Session? _writing;
    private CommitCount _committed;
    private long _written;
    private FilesState _reported;

    private DatabaseConnections(DatabaseFiles files, FolderLock folderLock, ILogger logger)
    {
        (_files, _lock, _logger) = (files, folderLock, logger);
        _committed = _lock.Committed;
        _writing = OpenWriting(SqliteOpenMode.ReadWriteCreate);
        _files.Remember();
        _written = _files.Written - 1;
    }

    /// <summary>Whether the files are those that were opened, as far as can be told without waiting.</summary>
    public bool AreIntact
    {
        get
        {
            // Whoever holds the gate is writing them back.
            if (!_gate.TryEnterReadLock(0))
                return true;
            try
            {
                return _files.Look() == FilesState.Intact && _files.Written == Volatile.Read(ref _written);
            }
            finally
            {
                _gate.ExitReadLock();
            }
        }
    }

    /// <summary>Opens a database, or creates it, and brings it to this program's schema.</summary>
    /// <exception cref="DatabaseException">It is not as it was left, is newer than this program, or belongs to another.</exception>
    /// <exception cref="SqliteException">It can't be opened.</exception>
    public static DatabaseConnections Open(DatabaseFiles files, FolderLock folderLock, ILogger logger)
    {
        Restoration.Finish(files, folderLock.Committed);
        Inspection.Pass(files.Path, folderLock.Committed);
        files.MakePrivate();
        return new DatabaseConnections(files, folderLock, logger);
    }

    /// <summary>
    /// Returns the writing connection, on the writer's thread and outside a transaction, once the files are those that it
    /// has open. Called before a transaction begins, and after its commit before anybody is told of it.
    /// </summary>
    /// <exception cref="FilesChangedException">They are not, and can't be written back now; the message says what to do.</exception>
    public Session Ensure()
    {
        var state = _files.Look();
        if (state != FilesState.Intact || _writing is null)
        {
            _gate.EnterWriteLock();
            try
            {
                Mend(_files.Look());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
            {
                throw new FilesChangedException($"its files were deleted or replaced while it was in use, and can't be written back: {e.Message}", e);
            }
            finally
            {
                _gate.ExitWriteLock();
            }
        }

        RecountIfWritten();
        _reported = FilesState.Intact;
        return _writing!;
    }

    /// <summary>Commits the transaction under way, and makes sure that it went into the database's files.</summary>
    /// <exception cref="SqliteException">It is rolled back.</exception>
    /// <exception cref="FilesChangedException">It is committed, but the files are not where they belong.</exception>
    public void Commit(Session session)
    {
        session.Commit(_committed.Total + 1);
        _committed = _committed with { Total = _committed.Total + 1 };
        _lock.Remember(_committed);
        Ensure();
    }

    /// <summary>Reads what is committed.</summary>
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
        _lock.Dispose();
        _gate.Dispose();
    }

    // Whoever copies another file over the database leaves it its inode. Afterwards a checkpoint would hide the loss.
    private void RecountIfWritten()
    {
        if (_files.Written != _written)
            Recount();
    }

    /// <summary>Makes sure that the database was written by a checkpoint, which adds transactions, and not overwritten by somebody.</summary>
    private void Recount()
    {
        var written = _files.Written;
        long checkpointed;
        try
        {
            checkpointed = Inspection.Checkpointed(_files.Path);
        }
        catch (SqliteException e)
        {
            throw new FilesChangedException($"it was written by another program while it was in use, and can't be read without its log: {e.Message}", e);
        }

        if (checkpointed < _committed.Checkpointed)
            throw new FilesChangedException($"an older copy was written over it while it was in use, and transactions are lost. Stop the process and restore {_files.Path} from a later copy");
        (_committed, _written) = (_committed with { Checkpointed = checkpointed }, written);
        _lock.Remember(_committed);
    }

    // A file of another would be read, and its log deleted, if a connection were opened now.
    private void ThrowUnlessIntact()
    {
        if (_files.Look() != FilesState.Intact)
            throw new FilesChangedException("its files were moved, deleted or replaced while it was in use");
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
                // The moved file is complete by itself then, whatever becomes of its log.
                TryCheckpoint();
                throw new FilesChangedException($"it was moved{(_files.CurrentPath() is { } now ? $" to {now}" : "")} while it was in use. Move it back: nothing is lost, and nothing is accepted until then");
            case FilesState.Deleted or FilesState.Replaced:
                WriteBack();
                Log.FilesRestored(_logger, _files.Path);
                break;
            case FilesState.LogLost:
                RecountIfWritten();
                Checkpoint();
                Reopen();
                Log.FilesRestored(_logger, _files.Path);
                break;
            case FilesState.Shrunk:
                RecountIfWritten();
                // Another program may rightly have emptied the log. If not, what is missing can't be read.
                Checkpoint();
                Check(_writing);
                _files.Remember();
                break;
        }
    }

    /// <summary>Copies everything that the connections hold to the database's path.</summary>
    private void WriteBack()
    {
        TryCheckpoint();
        Restoration.Copy(_writing!, _files);
        if (_files.Look() is not (FilesState.Deleted or FilesState.Replaced))
        {
            File.Delete(_files.Restored);
            throw new FilesChangedException("its files are being moved while it is in use");
        }

        Restoration.PutInPlace(_files, _files.HasOwnLog());
        var former = _writing!;
        _writing = null;
        CloseReaders();
        // Its path names another file now, so SQLite leaves what is there alone.
        former.Dispose();
        Reopen();
    }

    private void Reopen()
    {
        Close();
        TakeLockAgain();
        _writing = OpenWriting(SqliteOpenMode.ReadWrite);
        Check(_writing);
        _files.Remember();
        // Another file, with a count of its own.
        (_committed, _written) = (_committed with { Checkpointed = 0 }, _files.Written - 1);
    }

    private void TakeLockAgain()
    {
        if (_files.HasOwnLock())
            return;
        var next = FolderLock.Take(_files.Lock);
        next.Remember(_committed);
        _lock.Dispose();
        _lock = next;
    }

    private Session OpenWriting(SqliteOpenMode mode)
    {
        var session = new Session(_files.Path, mode);
        try
        {
            session.Run(Opening);
            Schema.Migrate(session);
            _committed = _committed with { Total = Math.Max(_committed.Total, session.First("SELECT count FROM commits", row => row.GetInt64(0))) };
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
            // It opens the log with its first read.
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

    /// <summary>Moves all of the log into the database and empties the log: nothing depends on it then.</summary>
    private void Checkpoint()
    {
        if (_writing!.First("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt32(0)) != 0)
            throw new FilesChangedException("its log was deleted or replaced while it was in use, and another program is reading it: close whatever has it open");
    }

    private void TryCheckpoint()
    {
        try
        {
            Checkpoint();
        }
        catch (Exception e) when (e is FilesChangedException or SqliteException)
        {
            // The connections still see it all.
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
