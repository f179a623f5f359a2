using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>
/// Counts the transactions of a database, and detects whether another program has overwritten the database. Used only by
/// the writer's thread.
/// </summary>
/// <param name="files">The database's files.</param>
/// <param name="folderLock">The lock on the database's folder. Its file also stores the transaction counts, which the next process
/// that opens the database checks. Disposed together with this object.</param>
internal sealed class DatabaseContent(DatabaseFiles files, FolderLock folderLock) : IDisposable
{
    /// <summary>The database is verified only after no other program has written to it for this long.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(300);

    private FolderLock _lock = folderLock;
    private CommitCount _committed = folderLock.Committed;
    private long _written;
    private long _suspect;
    private long _suspectedAt;

    /// <summary>The number of the next transaction, counted from the creation of the database.</summary>
    public long Next => _committed.Total + 1;

    /// <summary>
    /// Whether the database file was written since its transactions were last counted. This also detects that another program
    /// copied a file over the database file, which does not change the inode.
    /// </summary>
    public bool IsWritten => files.Written != Volatile.Read(ref _written);

    /// <summary>Like <see cref="IsWritten"/>, but for threads other than the writer's thread.</summary>
    /// <param name="written">When the database file was last written, as reported by <see cref="DatabaseFiles.Look(out long?)"/>;
    /// null if the file is not at its path.</param>
    public bool IsWrittenAt(long? written) => written is { } time && time != Volatile.Read(ref _written);

    /// <summary>Checks and stores the number of transactions that a new connection found in the database.</summary>
    /// <exception cref="FilesChangedException">The file has fewer transactions than were committed.</exception>
    public void Opened(long committed)
    {
        if (committed < _committed.Total)
            throw new FilesChangedException($"{_committed.Total - committed} transactions are missing: another file was put in the database's place");
        _committed = _committed with { Total = committed };
    }

    /// <summary>Records that the transaction with the number <see cref="Next"/> was committed.</summary>
    public void Committed() => Remember(_committed with { Total = Next });

    /// <summary>Accepts the file that is now at the database's path as the valid database, and counts its transactions.</summary>
    /// <param name="isCopy">Whether the file is a copy from which the database was restored. Such a copy may have fewer
    /// checkpointed transactions than the previous file.</param>
    public void Accept(bool isCopy)
    {
        if (isCopy)
            _committed = _committed with { Checkpointed = 0 };
        Recount();
    }

    /// <summary>
    /// Verifies, after another program has written the database file, that the other program only moved transactions from the
    /// write-ahead log into the file and did not overwrite the file. This process must not write to the database until the check
    /// has finished: a checkpoint would hide lost transactions.
    /// </summary>
    /// <exception cref="FilesChangedException">The database is still being written, or it was overwritten.</exception>
    public void Verify()
    {
        if (files.Written != _suspect)
            (_suspect, _suspectedAt) = (files.Written, Environment.TickCount64);
        if (Environment.TickCount64 - _suspectedAt < Settled.TotalMilliseconds)
            throw new FilesChangedException("another program is writing to the database");
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

    /// <summary>
    /// Counts the transactions in the database file itself, excluding those that are only in the write-ahead log. A checkpoint
    /// increases this number.
    /// </summary>
    /// <exception cref="FilesChangedException">The number of transactions is lower than before.</exception>
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
            throw new FilesChangedException($"an older copy was written over the database while it was in use, and transactions are lost. Stop the process and restore {files.Path} from a later copy");
        Remember(_committed with { Checkpointed = checkpointed });
        Volatile.Write(ref _written, written);
    }

    /// <summary>Takes the lock again if the lock file was deleted or replaced.</summary>
    /// <exception cref="IOException">Another process holds the lock.</exception>
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
