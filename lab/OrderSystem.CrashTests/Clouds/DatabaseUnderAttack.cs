using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>
/// Does to a process's SQLite database what other programs could do: moves, deletes and replaces its files, and holds its
/// lock.
/// </summary>
/// <param name="path">The path of the database.</param>
internal sealed class DatabaseUnderAttack(string path)
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    private string Away => path + ".away";

    private string Copy => path + ".copy";

    /// <summary>Whether the database file exists.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Moves the database file away but leaves its log; false if that fails.</summary>
    public bool TryMoveAway() => Try(() => File.Move(path, Away));

    /// <summary>Moves the database file back to its path.</summary>
    public void MoveBack() => Try(() => File.Move(Away, path, overwrite: true));

    /// <summary>Deletes the database file, optionally with its log and the log's index.</summary>
    public void Delete(bool withLog) => Delete(withLog ? Parts : [""]);

    /// <summary>Deletes the database's log, optionally with the log's index.</summary>
    public void DeleteLog(bool withIndex) => Delete(withIndex ? ["-wal", "-shm"] : ["-wal"]);

    /// <summary>Whether both the database file and its log exist.</summary>
    public bool IsWhole => File.Exists(path) && File.Exists(path + "-wal");

    /// <summary>Copies the database file without its log; false if that fails.</summary>
    public bool TryCopy() => Try(() => File.Copy(path, Copy, overwrite: true));

    /// <summary>Replaces the database file with the copy that <see cref="TryCopy"/> made; false if that fails.</summary>
    public bool TryReplace() => Try(() => File.Move(Copy, path, overwrite: true));

    /// <summary>The number of files that the process found in the place of its database and kept as <c>.replaced-N</c>.</summary>
    public int PutAside => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".replaced-*").Count();

    /// <summary>Takes the database's write lock until the result is disposed; null if the lock is not available.</summary>
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
