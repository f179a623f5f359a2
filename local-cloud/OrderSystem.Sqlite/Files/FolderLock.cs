using System.Buffers.Binary;

namespace OrderSystem.Sqlite.Files;

/// <summary>
/// Keeps other processes out of a database, and remembers how many transactions were committed: a database with fewer has
/// lost some. SQLite's own locks let a second process in between two transactions, and two engines on one file would run
/// each execution twice.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <param name="path">The lock's file; created if it is missing.</param>
    /// <exception cref="IOException">Another process has it, or the folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be written.</exception>
    public static FolderLock Take(string path)
    {
        PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
        return new FolderLock(PrivateFiles.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>What was committed, by this process and those before it; zeros where nothing is known.</summary>
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

    /// <summary>Remembers what was committed. It need not survive the loss of power: a count that is too low is harmless.</summary>
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
            // The disk is full; the last is how .NET reports a limit of the file's size.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
