using System.Buffers.Binary;

namespace OrderSystem.Sqlite.Files;

/// <summary>
/// Keeps other processes out of a database, and stores how many transactions were committed, to detect lost ones.
/// SQLite's own locks would let a second process in between two transactions, and two engines on one file would run each
/// execution twice.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The path of the lock file; created if it is missing.</param>
    /// <exception cref="IOException">Another process has the lock, or the folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public static FolderLock Take(string path)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        return new FolderLock(PrivateFiles.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>The transactions committed by this process and previous ones; zeros if unknown.</summary>
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

    /// <summary>Stores the number of committed transactions, without a flush: a count that is too low after a power failure is harmless.</summary>
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
            // The disk is full. .NET reports a file size limit as ArgumentOutOfRangeException.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
