using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>
/// The schema of a database, defined by migrations. Each migration upgrades the schema by one version. A released migration must
/// never change.
/// </summary>
public sealed record DatabaseSchema
{
    /// <summary>
    /// The migrations, in order. The migration at index n migrates a database from schema version n to version n + 1. One of the
    /// migrations must create the table <c>commits</c> and insert its only row.
    /// </summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>
    /// The part of error messages that says how to use another folder, for example <c>set another folder with NAME</c>.
    /// </summary>
    public required string OtherFolder { get; init; }

    /// <summary>
    /// The name of a table by which this program recognizes the databases that it created before it stored schema versions; null
    /// if it never created such databases.
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

    /// <summary>Reads the schema version of a database.</summary>
    internal static int VersionOf(Session session) => session.First("PRAGMA user_version", row => row.GetInt32(0));

    /// <summary>Returns whether a database without a schema version belongs to another program.</summary>
    internal bool IsForeign(Session session) =>
        session.First("SELECT count(*) FROM sqlite_master", row => row.GetInt32(0)) > 0
        && (UnversionedTable is null || session.First("SELECT count(*) FROM sqlite_master WHERE name = ?1", row => row.GetInt32(0), UnversionedTable) == 0);
}
