using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>Counts the transactions of a database, and detects whether another program has overwritten it. Used by the writer's thread.</summary>
/// <param name="files">The database's files.</param>
/// <param name="folderLock">Stores the counts for the next process; disposed with this.</param>
internal sealed class DatabaseContent(DatabaseFiles files, FolderLock folderLock) : IDisposable
{
    /// <summary>How long the database must be unchanged by another program before it is verified.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(300);

    private FolderLock _lock = folderLock;
    private CommitCount _committed = folderLock.Committed;
    private long _written;
    private long _suspect;
    private long _suspectedAt;

    /// <summary>The count of the next transaction.</summary>
    public long Next => _committed.Total + 1;

    /// <summary>Whether the database file was written since the last count. Needed because copying another file over it keeps its inode.</summary>
    public bool IsWritten => files.Written != Volatile.Read(ref _written);

    /// <summary>Accepts the count of transactions that a new connection reads.</summary>
    /// <exception cref="FilesChangedException">The file has fewer transactions than were committed.</exception>
    public void Opened(long committed)
    {
        if (committed < _committed.Total)
            throw new FilesChangedException($"{_committed.Total - committed} transactions are missing: another file was put in its place");
        _committed = _committed with { Total = committed };
    }

    /// <summary>Counts the transaction <see cref="Next"/> as committed.</summary>
    public void Committed() => Remember(_committed with { Total = Next });

    /// <summary>Accepts the file that is now at the path as not overwritten.</summary>
    /// <param name="isCopy">Whether the file is a new copy, so that the count without its log restarts.</param>
    public void Accept(bool isCopy)
    {
        if (isCopy)
            _committed = _committed with { Checkpointed = 0 };
        Recount();
    }

    /// <summary>
    /// Verifies that another program that wrote the database only moved transactions there from the log, and did not
    /// overwrite it. Nothing may be written meanwhile: a checkpoint would hide the loss.
    /// </summary>
    /// <exception cref="FilesChangedException">The database is still being written, or it was overwritten.</exception>
    public void Verify()
    {
        if (files.Written != _suspect)
            (_suspect, _suspectedAt) = (files.Written, Environment.TickCount64);
        if (Environment.TickCount64 - _suspectedAt < Settled.TotalMilliseconds)
            throw new FilesChangedException("it is being written by another program");
        try
        {
            using var fresh = new Session(files.Path, SqliteOpenMode.ReadWrite);
            if (Inspection.Finding(fresh, files.Path, isThorough: true) is { } finding)
                throw new FilesChangedException(Inspection.Damaged(files.Path, finding));
        }
        catch (SqliteException e)
        {
            throw new FilesChangedException(Inspection.Damaged(files.Path, e.Message), e);
        }

        Recount();
    }

    /// <summary>Counts the transactions in the database without its log; a checkpoint adds to them.</summary>
    /// <exception cref="FilesChangedException">The count is lower than before.</exception>
    public void Recount()
    {
        var written = files.Written;
        long checkpointed;
        try
        {
            checkpointed = Inspection.Checkpointed(files.Path);
        }
        catch (SqliteException e)
        {
            throw new FilesChangedException(Inspection.Damaged(files.Path, e.Message), e);
        }

        if (checkpointed < _committed.Checkpointed)
            throw new FilesChangedException($"an older copy was written over it while it was in use, and transactions are lost. Stop the process and restore {files.Path} from a later copy");
        Remember(_committed with { Checkpointed = checkpointed });
        Volatile.Write(ref _written, written);
    }

    /// <summary>Takes the lock again if its file was deleted or replaced.</summary>
    /// <exception cref="IOException">Another process has the lock.</exception>
    public void TakeLockAgain()
    {
        if (files.HasOwnLock())
            return;
        var next = FolderLock.Take(files.Lock);
        next.Remember(_committed);
        _lock.Dispose();
        _lock = next;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private void Remember(CommitCount committed)
    {
        _committed = committed;
        _lock.Remember(committed);
    }
}
