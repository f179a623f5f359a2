using SQLitePCL;

namespace OrderSystem.Sqlite.Sessions;

/// <summary>The current row of a statement. Times are stored as UTC ticks.</summary>
public sealed class Row
{
    private readonly sqlite3_stmt _statement;

    internal Row(sqlite3_stmt statement) => _statement = statement;

    /// <summary>Returns whether a column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>Reads a 32-bit integer.</summary>
    public int GetInt32(int column) => raw.sqlite3_column_int(_statement, column);

    /// <summary>Reads a 64-bit integer.</summary>
    public long GetInt64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Reads a Boolean.</summary>
    public bool GetBoolean(int column) => GetInt32(column) != 0;

    /// <summary>Reads a string.</summary>
    public string GetString(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Reads a blob.</summary>
    public byte[] GetBytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>Reads a time.</summary>
    public DateTimeOffset Time(int column) => new(GetInt64(column), TimeSpan.Zero);

    /// <summary>Reads a time; null if the column is NULL.</summary>
    public DateTimeOffset? OptionalTime(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Reads a string; null if the column is NULL.</summary>
    public string? OptionalText(int column) => IsNull(column) ? null : GetString(column);
}
