using System.Runtime.InteropServices;
using SQLitePCL;

namespace OrderSystem.Sqlite.Sessions;

/// <summary>
/// SQLite's file control functions, which SQLitePCL does not expose. See "Standard File Control Opcodes" in SQLite's
/// documentation.
/// </summary>
internal static partial class FileControl
{
    private const int SqliteFcntlHasMoved = 20;

    /// <summary>Returns whether the database file was moved or deleted since the connection opened it.</summary>
    public static bool HasMoved(sqlite3 connection)
    {
        var hasMoved = 0;
        return Control(connection, null, SqliteFcntlHasMoved, ref hasMoved) == raw.SQLITE_OK && hasMoved != 0;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Control(sqlite3 connection, string? database, int operation, ref int argument);
}
