using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrderSystem.Crashes.Clouds;

/// <summary>What other programs do to the SQLite database of a process: its files are moved, deleted and replaced, and its lock is held.</summary>
/// <param name="path">The database.</param>
internal sealed class DatabaseUnderAttack(string path)
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    private string Away => path + ".away";

    private string Copy => path + ".copy";

    /// <summary>Whether the database has its name.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Moves the database away; its log stays.</summary>
    public bool TryMoveAway() => Try(() => File.Move(path, Away));

    /// <summary>Moves the database back.</summary>
    public void MoveBack() => Try(() => File.Move(Away, path, overwrite: true));

    /// <summary>Deletes the database, alone or with its log.</summary>
    public void Delete(bool withLog) => Delete(withLog ? Parts : [""]);

    /// <summary>Deletes the log, alone or with its index.</summary>
    public void DeleteLog(bool withIndex) => Delete(withIndex ? ["-wal", "-shm"] : ["-wal"]);

    /// <summary>Whether the database and its log have their names.</summary>
    public bool IsWhole => File.Exists(path) && File.Exists(path + "-wal");

    /// <summary>Copies the database as it is, without its log.</summary>
    public bool TryCopy() => Try(() => File.Copy(path, Copy, overwrite: true));

    /// <summary>Puts the copy in the place of the database.</summary>
    public bool TryReplace() => Try(() => File.Move(Copy, path, overwrite: true));

    /// <summary>How often something that took the place of the database was put aside.</summary>
    public int PutAside => Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".replaced-*").Count();

    /// <summary>Takes the lock that writers need; null where it can't be had.</summary>
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
