using Microsoft.Data.Sqlite;

namespace OrderSystem.Embedded.Storage;

/// <summary>Looks at a file before anything is written to it.</summary>
internal static class Inspection
{
    /// <summary>Bytes up to which a file is read through at every start: less than a second. Damage in a larger one shows when it is met.</summary>
    private const long ReadThrough = 256 * 1024 * 1024;

    /// <summary>Passes a file that this program may open, or none.</summary>
    /// <exception cref="DatabaseException">It is newer than this program, another program's, or damaged.</exception>
    /// <exception cref="SqliteException">It can't be read, or is no database.</exception>
    public static void Pass(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
            return;
        using var session = new Session(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2, Mode = SqliteOpenMode.ReadOnly }.ToString());
        var version = session.First("PRAGMA user_version", row => row.GetInt32(0));
        if (version > Schema.Version)
            throw new DatabaseException($"{path} was written by a newer program: its schema has version {version}, this program knows {Schema.Version}. Run the newer program, or give another folder with OrderSystem__Data.");
        if (version == 0 && session.First("SELECT count(*) FROM sqlite_master", row => row.GetInt32(0)) > 0)
            throw new DatabaseException($"{path} is a database of another program. Give another folder with OrderSystem__Data.");
        if (file.Length <= ReadThrough && session.First("PRAGMA quick_check(1)", row => row.GetString(0)) is { } finding and not "ok")
            throw new DatabaseException(Damaged(path, finding));
    }

    /// <summary>What is said of a damaged file.</summary>
    public static string Damaged(string path, string finding) => $"{path} is damaged or no SQLite database ({finding}). Restore it from a copy, or move it away to begin with an empty one.";
}
