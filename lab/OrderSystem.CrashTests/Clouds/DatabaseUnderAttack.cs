using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>What other programs can do to a process's SQLite database: move, delete and replace its files, and hold its lock.</summary>
/// <param name="path">The path of the database.</param>
internal sealed class DatabaseUnderAttack(string path)
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    private string Away => path + ".away";

    private string Copy => path + ".copy";

    /// <summary>Whether the database file exists.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Moves the database away; its log stays.</summary>
    public bool TryMoveAway() => Try(() => File.Move(path, Away));

    /// <summary>Moves the database back.</summary>
    public void MoveBack() => Try(() => File.Move(Away, path, overwrite: true));

    /// <summary>Deletes the database, optionally with its log.</summary>
    public void Delete(bool withLog) => Delete(withLog ? Parts : [""]);

    /// <summary>Deletes the log, optionally with its index.</summary>
    public void DeleteLog(bool withIndex) => Delete(withIndex ? ["-wal", "-shm"] : ["-wal"]);

    /// <summary>Whether the database and its log exist.</summary>
    public bool IsWhole => File.Exists(path) && File.Exists(path + "-wal");

    /// <summary>Copies the database file without its log.</summary>
    public bool TryCopy() => Try(() => File.Copy(path, Copy, overwrite: true));

    /// <summary>Replaces the database with the copy.</summary>
    public bool TryReplace() => Try(() => File.Move(Copy, path, overwrite: true));

    /// <summary>How many files that replaced the database were kept as <c>.replaced-N</c>.</summary>
    public int PutAside => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".replaced-*").Count();

    /// <summary>Takes the write lock; null if it is not available.</summary>
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
