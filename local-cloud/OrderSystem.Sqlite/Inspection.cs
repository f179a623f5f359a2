using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;
using SQLitePCL;

namespace OrderSystem.Sqlite;

/// <summary>Checks a database file before anything is written to it.</summary>
public static class Inspection
{
    /// <summary>
    /// The maximum size, in bytes, of a file that is checked for damage. Checking a file of this size takes less than a second.
    /// </summary>
    private const long ReadThrough = 256 * 1024 * 1024;

    /// <summary>Checks that this program can use the database file, or may create the file if it is missing.</summary>
    /// <param name="path">The path of the database file.</param>
    /// <param name="schema">The schema that this program uses.</param>
    /// <param name="committed">The number of transactions that were committed to the database.</param>
    /// <exception cref="DatabaseException">
    /// The file was written by a newer version or a different program, is damaged, has lost transactions, or is missing although
    /// it was in use before.
    /// </exception>
    /// <exception cref="SqliteException">The file can't be read, or is not a database.</exception>
    internal static void Pass(string path, DatabaseSchema schema, CommitCount committed)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
        {
            if (committed.Total > 0)
                throw new DatabaseException($"{path} is missing, although it was in use before. Put it back, with {path}-wal if there is one. To begin with an empty database, delete {path}.lock.");
            return;
        }

        using var session = new Session(path, SqliteOpenMode.ReadOnly);
        var version = DatabaseSchema.VersionOf(session);
        if (version > schema.Version)
            throw new DatabaseException(
                $"{path} was written by a newer program: its schema has version {version}, but this program supports only versions up to "
                    + $"{schema.Version}. Run the newer program, or {schema.OtherFolder}.");
        if (version == 0 && schema.IsForeign(session))
            throw new DatabaseException($"{path} belongs to another program. To leave it unchanged, {schema.OtherFolder}.");
        if (Finding(session, path) is { } finding)
            throw new DatabaseException(Damaged(path, finding));
        if (Committed(session) < committed.Total || Checkpointed(path) < committed.Checkpointed)
            throw new DatabaseException(
                $"{path} lacks transactions that were committed to it: {path}-wal was removed, or an older copy was put in its place. Put both files back. To accept the loss, delete {path}.lock.");
    }

    /// <summary>Returns whether a file is a database that has all its transactions.</summary>
    internal static bool Holds(string path, DatabaseSchema schema, CommitCount committed)
    {
        try
        {
            Pass(path, schema, committed);
            return File.Exists(path);
        }
        catch (Exception e) when (e is DatabaseException or SqliteException)
        {
            return false;
        }
    }

    /// <summary>
    /// Checks a database file for damage, unless the file is larger than <see cref="ReadThrough"/>. Returns SQLite's description
    /// of the damage; null if no damage was found.
    /// </summary>
    internal static string? Finding(Session session, string path, bool isThorough = false) =>
        new FileInfo(path) is { Exists: true, Length: <= ReadThrough }
            && session.First(isThorough ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", row => row.GetString(0)) is { } finding and not "ok"
            ? finding : null;

    /// <summary>
    /// Counts the transactions in the database file itself, excluding those that are only in the write-ahead log.
    /// </summary>
    /// <exception cref="SqliteException">The file can't be read.</exception>
    internal static long Checkpointed(string path)
    {
        using var session = new Session($"file:{Uri.EscapeDataString(path)}?immutable=1", SqliteOpenMode.ReadOnly);
        return Committed(session);
    }

    /// <summary>Returns the error message for a damaged database file.</summary>
    public static string Damaged(string path, string finding) =>
        $"{path} is damaged or not a SQLite database ({finding}). Restore it from a copy, or move it away together with {path}.lock to begin with an empty one.";

    /// <summary>Returns whether an error means that the database file is damaged.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT;

    /// <summary>Returns the exception for a database file that can't be opened. The message says why and what to do.</summary>
    internal static DatabaseException Unusable(string path, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            _ when IsDamage(e) => Damaged(path, e.Message),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"{path} is locked by another process ({e.Message}). Close the program that has it open.",
            _ => $"{path} can't be opened ({e.Message}).",
        },
        e);

    private static long Committed(Session session) =>
        session.First("SELECT 1 FROM sqlite_master WHERE name = 'commits'", row => row.GetInt32(0)) == 1 ? session.First("SELECT count FROM commits", row => row.GetInt64(0)) : 0;
}
