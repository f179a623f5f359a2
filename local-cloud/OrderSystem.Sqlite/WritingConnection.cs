using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>
/// The connection that writes the database. If another program has changed the database's files, this class restores them,
/// or throws if that is not possible now. Used only by the writer's thread.
/// </summary>
internal sealed class WritingConnection : IDisposable
{
    // On macOS, only a full fsync reaches the disk; elsewhere, the fullfsync pragmas have no effect.
    // secure_delete overwrites deleted data, such as payment tokens, in pages that are written anyway.
    // The page cache is small because a commit may scan the whole cache. The operating system caches the other pages.
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
    private readonly DatabaseContent _content;
    private readonly DatabaseSchema _schema;
    private readonly Action _closeReaders;
    private readonly ILogger _logger;
    private Session? _session;
    private SafeFileHandle? _anchor;
    private FilesState _reported;
    private bool _hasCheckpointed;

    /// <summary>Opens the connection, and creates the database if it is missing.</summary>
    /// <param name="files">The database's files.</param>
    /// <param name="content">Counts the database's transactions.</param>
    /// <param name="schema">The schema to which the database is migrated.</param>
    /// <param name="closeReaders">Closes the reading connections before the writing connection is replaced.</param>
    /// <param name="logger">The logger for changed and restored files.</param>
    public WritingConnection(DatabaseFiles files, DatabaseContent content, DatabaseSchema schema, Action closeReaders, ILogger logger)
    {
        (_files, _content, _schema, _closeReaders, _logger) = (files, content, schema, closeReaders, logger);
        _session = OpenSession(SqliteOpenMode.ReadWriteCreate);
        RememberFiles();
    }

    /// <summary>Whether the connection is open; false after an attempt to reopen it has failed.</summary>
    public bool IsOpen => _session is not null;

    /// <summary>Returns the connection after checking that no other program has overwritten the database.</summary>
    /// <exception cref="FilesChangedException">Another program has overwritten the database, or is still overwriting it.</exception>
    public Session Verified()
    {
        VerifyContent();
        _hasCheckpointed = false;
        _reported = FilesState.Intact;
        return _session!;
    }

    /// <summary>Restores files that another program has changed. No connection may read during the call.</summary>
    /// <exception cref="FilesChangedException">The files can't be restored now; the message says what to do.</exception>
    public void MendOrRefuse(FilesState state)
    {
        try
        {
            Mend(state);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new FilesChangedException($"the database's files were changed by another program while the database was in use: {e.Message}", e);
        }
    }

    /// <summary>Prevents SQLite from emptying the write-ahead log when the connection closes.</summary>
    public void KeepLog() => _session?.KeepLog();

    /// <summary>Closes the writing connection and all reading connections.</summary>
    public void Dispose()
    {
        CloseConnections();
        _anchor?.Dispose();
        _anchor = null;
    }

    private void CloseConnections()
    {
        _closeReaders();
        _session?.Dispose();
        _session = null;
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

    private void Mend(FilesState state)
    {
        if (_session is null)
        {
            Reopen();
            return;
        }

        if (state != _reported && state == FilesState.Moved)
            Log.FilesMoved(_logger, _files.Path);
        else if (state != _reported)
            Log.FilesChanged(_logger, _files.Path, state);
        _reported = state;
        switch (state)
        {
            case FilesState.Moved:
                // Make a checkpoint now, so that the database file contains all data at its new path, even if its write-ahead log
                // was not moved with it.
                TryCheckpoint();
                _hasCheckpointed = true;
                throw new FilesChangedException($"the database was moved{(_files.CurrentPath() is { } now ? $" to {now}" : "")} while it was in use. Move it back. No data is lost, but until then nothing can be written");
            case FilesState.Deleted or FilesState.Replaced:
                WriteBack();
                Log.FilesRestored(_logger, _files.Path);
                break;
            case FilesState.LogLost:
                VerifyContent();
                Checkpoint();
                Reopen();
                Log.LogRestored(_logger, _files.Path);
                break;
            case FilesState.Shrunk:
                // Another program may have moved the write-ahead log into the database file and truncated the log. If the log was
                // truncated without being moved, the checkpoint fails.
                if (_content.IsWritten)
                    VerifyContent();
                else
                    Checkpoint();
                Check(_session);
                RememberFiles();
                break;
        }
    }

    /// <summary>Restores the database at its path from the data that the open connections can still read.</summary>
    private void WriteBack()
    {
        TryCheckpoint();
        Restoration.Copy(_files, path => _session!.Execute("VACUUM INTO ?1", path));
        var copy = FileStatus.Of(_files.Restored);
        if (_files.LookAsWriter() is not (FilesState.Deleted or FilesState.Replaced))
        {
            File.Delete(_files.Restored);
            throw new FilesChangedException("the database's files are being moved while the database is in use");
        }

        Restoration.PutInPlace(_files, _files.HasOwnLog());
        _content.TakeLockAgain();
        var next = OpenSession(SqliteOpenMode.ReadWrite);
        if (!_files.IsDatabase(copy) || next.HasMoved)
        {
            next.Dispose();
            throw new FilesChangedException("the database's files are being replaced while the database is in use");
        }

        // The old connection's path now refers to a different file, so closing the old connection does not delete the new file's
        // log.
        Dispose();
        _session = next;
        RememberFiles(isCopy: true);
    }

    /// <summary>
    /// Closes all connections and opens the writing connection again. Before, a checkpoint must have moved all transactions into the
    /// database file.
    /// </summary>
    private void Reopen()
    {
        if (_session is not null)
            TakeAnchor();
        var isCopy = RestoreFromAnchor();
        _content.TakeLockAgain();
        _session = OpenSession(SqliteOpenMode.ReadWrite);
        Check(_session);
        if (_session.HasMoved)
            throw new FilesChangedException("the database's files are being moved while the database is in use");
        RememberFiles(isCopy);
    }

    /// <summary>
    /// Closes all connections, but keeps the database file open. If another program deletes or replaces the file before it is opened
    /// again, its content can still be read.
    /// </summary>
    private void TakeAnchor()
    {
        var anchor = File.OpenHandle(_files.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (!_files.IsDatabase())
        {
            anchor.Dispose();
            throw new FilesChangedException("the database's files are being moved while the database is in use");
        }

        CloseConnections();
        // Closing a handle releases all locks that this process holds on the file, so an anchor is closed only while no connection
        // is open.
        _anchor?.Dispose();
        _anchor = anchor;
    }

    /// <summary>Restores the database from the anchor if the database is no longer at its path.</summary>
    /// <returns>Whether the database was restored.</returns>
    private bool RestoreFromAnchor()
    {
        if (_anchor is null || _files.IsDatabase())
            return false;
        Restoration.Copy(_files, path =>
        {
            using var copy = new FileStream(path, FileMode.Open, FileAccess.Write);
            var buffer = new byte[1 << 20];
            for (long position = 0; RandomAccess.Read(_anchor, buffer, position) is var read and > 0; position += read)
                copy.Write(buffer, 0, read);
        });
        Restoration.PutInPlace(_files, _files.HasOwnLog());
        Log.FilesRestored(_logger, _files.Path);
        return true;
    }

    private void RememberFiles(bool isCopy = false)
    {
        _files.Remember();
        _content.Accept(isCopy);
    }

    private Session OpenSession(SqliteOpenMode mode)
    {
        var session = new Session(_files.Path, mode);
        try
        {
            session.Run(Opening);
            _schema.Migrate(session);
            _content.Opened(session.First("SELECT count FROM commits", row => row.GetInt64(0)));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Moves all transactions from the write-ahead log into the database file, and empties the log.</summary>
    private void Checkpoint()
    {
        if (_session!.First("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt32(0)) != 0)
            throw new FilesChangedException("the database's log was deleted or replaced while the database was in use, and another program is reading the database: close that program");
    }

    private void TryCheckpoint()
    {
        try
        {
            Checkpoint();
        }
        catch (Exception e) when (e is FilesChangedException or SqliteException)
        {
            // The caller does not depend on the checkpoint: the open connections still see all data.
        }
    }

    private void Check(Session session)
    {
        if (Inspection.Finding(session, _files.Path) is { } finding)
            throw new FilesChangedException(Inspection.Damaged(_files.Path, finding));
    }
}
