using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>
/// The tables of a database, defined by migrations from version to version. A released migration must never change.
/// </summary>
public sealed record DatabaseSchema
{
    /// <summary>
    /// The migrations; the one at index n migrates a file from version n to n + 1. One of the migrations must create the table
    /// <c>commits</c> with its only row.
    /// </summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>The advice in error messages to use another folder, for example <c>set another folder with NAME</c>.</summary>
    public required string OtherFolder { get; init; }

    /// <summary>
    /// A table that exists in this program's older files, which have no schema version; null if there never were such files.
    /// </summary>
    public string? UnversionedTable { get; init; }

    /// <summary>The schema version that this program writes, stored in <c>user_version</c>.</summary>
    public int Version => Steps.Count;

    /// <summary>Migrates a database to <see cref="Version"/>.</summary>
    internal void Migrate(Session session)
    {
        for (var step = VersionOf(session); step < Version; step++)
            session.Run($"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
    }

    /// <summary>Reads the schema version of a file.</summary>
    internal static int VersionOf(Session session) => session.First("PRAGMA user_version", row => row.GetInt32(0));

    /// <summary>Returns whether a file without a schema version belongs to another program.</summary>
    internal bool IsForeign(Session session) =>
        session.First("SELECT count(*) FROM sqlite_master", row => row.GetInt32(0)) > 0
        && (UnversionedTable is null || session.First("SELECT count(*) FROM sqlite_master WHERE name = ?1", row => row.GetInt32(0), UnversionedTable) == 0);
}
