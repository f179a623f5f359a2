using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>
/// Attacks the SQLite database of a process in ways that other programs could: moves, deletes and replaces the database's
/// files, and holds its write lock.
/// </summary>
/// <param name="path">The path of the database.</param>
internal sealed class DatabaseUnderAttack(string path)
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    private string Away => path + ".away";

    private string Copy => path + ".copy";

    /// <summary>Whether the database file exists.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Moves the database file away but leaves its write-ahead log; false if the move fails.</summary>
    public bool TryMoveAway() => Try(() => File.Move(path, Away));

    /// <summary>Moves the database file back to its path.</summary>
    public void MoveBack() => Try(() => File.Move(Away, path, overwrite: true));

    /// <summary>
    /// Deletes the database file, optionally with its write-ahead log (<c>-wal</c>) and the log's index (<c>-shm</c>).
    /// </summary>
    public void Delete(bool withLog) => Delete(withLog ? Parts : [""]);

    /// <summary>
    /// Deletes the database's write-ahead log (<c>-wal</c>), optionally with the log's index (<c>-shm</c>).
    /// </summary>
    public void DeleteLog(bool withIndex) => Delete(withIndex ? ["-wal", "-shm"] : ["-wal"]);

    /// <summary>Whether both the database file and its write-ahead log exist.</summary>
    public bool IsWhole => File.Exists(path) && File.Exists(path + "-wal");

    /// <summary>Copies the database file without its write-ahead log; false if the copying fails.</summary>
    public bool TryCopy() => Try(() => File.Copy(path, Copy, overwrite: true));

    /// <summary>
    /// Replaces the database file with the copy that <see cref="TryCopy"/> made; false if the replacement fails.
    /// </summary>
    public bool TryReplace() => Try(() => File.Move(Copy, path, overwrite: true));

    /// <summary>
    /// The number of foreign files that the process found at its database's path and kept as <c>.replaced-N</c>.
    /// </summary>
    public int PutAside => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".replaced-*").Count();

    /// <summary>
    /// Holds the database's write lock until the result is disposed; null if another connection holds the lock.
    /// </summary>
    public IDisposable? TryLock()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            using var begin = connection.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
            return connection;
        }
        catch (DbException)
        {
            connection.Dispose();
            return null;
        }
    }

    private void Delete(string[] parts)
    {
        foreach (var part in parts)
            Try(() => File.Delete(path + part));
    }

    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
