using Microsoft.Data.Sqlite;

namespace OrderSystem.Embedded.Storage;

/// <summary>Reads columns. A time is kept as its UTC ticks.</summary>
internal static class Columns
{
    public static DateTimeOffset Time(this SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? OptionalTime(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? OptionalText(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
