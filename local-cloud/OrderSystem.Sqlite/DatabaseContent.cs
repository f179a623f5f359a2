using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>How many transactions a database holds, and whether another program has overwritten it. Used by the writer's thread.</summary>
/// <param name="files">The database's files.</param>
/// <param name="folderLock">Remembers the counts for the next process; disposed with this.</param>
internal sealed class DatabaseContent(DatabaseFiles files, FolderLock folderLock) : IDisposable
{
    /// <summary>How long another program must have left the database alone before it is looked through.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(300);

    private FolderLock _lock = folderLock;
    private CommitCount _committed = folderLock.Committed;
    private long _written;
    private long _suspect;
    private long _suspectedAt;

    /// <summary>The number of the next transaction.</summary>
    public long Next => _committed.Total + 1;

    /// <summary>Whether the database was written since it was counted. Whoever copies another file over it leaves it its inode.</summary>
    public bool IsWritten => files.Written != Volatile.Read(ref _written);

    /// <summary>Takes the count of a connection that was opened.</summary>
    /// <exception cref="FilesChangedException">The file lacks transactions.</exception>
    public void Opened(long committed)
    {
        if (committed < _committed.Total)
            throw new FilesChangedException($"{_committed.Total - committed} transactions are missing: another file was put in its place");
        _committed = _committed with { Total = committed };
    }

    /// <summary>Records that <see cref="Next"/> was committed.</summary>
    public void Committed() => Remember(_committed with { Total = Next });

    /// <summary>Takes the file that has the path now for one that nobody has overwritten.</summary>
    /// <param name="isCopy">Whether it was made anew, so that its count without its log begins anew too.</param>
    public void Accept(bool isCopy)
    {
        if (isCopy)
            _committed = _committed with { Checkpointed = 0 };
        Recount();
    }

    /// <summary>
    /// Makes sure that another program which wrote the database has moved transactions there from the log, and has not
    /// overwritten it. Nothing may be written meanwhile: a checkpoint would hide the loss.
    /// </summary>
    /// <exception cref="FilesChangedException">That can't be told yet, or it has.</exception>
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

    /// <summary>Counts what the database holds without its log: a checkpoint adds to that.</summary>
    /// <exception cref="FilesChangedException">It holds less than before.</exception>
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

    /// <summary>Takes the lock again when its file was deleted or replaced.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
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
