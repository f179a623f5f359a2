using System.Buffers.Binary;

namespace OrderSystem.Sqlite.Files;

/// <summary>
/// Keeps other processes out of a database. SQLite's own locks would let a second process write between two transactions, and two
/// processes that share a database would run each workflow execution twice. The lock file also stores the number of committed
/// transactions, so that the next process detects lost transactions.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Locks a database for this process.</summary>
    /// <param name="path">The path of the lock file; created if it is missing.</param>
    /// <exception cref="IOException">Another process holds the lock, or the folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public static FolderLock Take(string path)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        return new FolderLock(PrivateFiles.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>
    /// The number of transactions that this process and earlier processes committed; zero if the number is unknown.
    /// </summary>
    public CommitCount Committed
    {
        get
        {
            Span<byte> counts = stackalloc byte[2 * sizeof(long)];
            return RandomAccess.Read(_file.SafeFileHandle, counts, 0) == counts.Length
                ? new CommitCount(BinaryPrimitives.ReadInt64LittleEndian(counts), BinaryPrimitives.ReadInt64LittleEndian(counts[sizeof(long)..]))
                : default;
        }
    }

    /// <summary>
    /// Stores the number of committed transactions. The number is not flushed to disk, because a number that is too low after a
    /// power failure is harmless.
    /// </summary>
    public void Remember(CommitCount committed)
    {
        Span<byte> counts = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(counts, committed.Total);
        BinaryPrimitives.WriteInt64LittleEndian(counts[sizeof(long)..], committed.Checkpointed);
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, counts, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The disk is full, or the file would exceed a size limit (in that case, .NET throws ArgumentOutOfRangeException).
            // Continue with the old number in the file.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
