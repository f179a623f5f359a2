using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite;

/// <summary>The tables of a database, as steps from version to version. A step that was released never changes.</summary>
internal sealed record DatabaseSchema
{
    /// <summary>Step n takes a file from version n to n + 1. One of them creates the table <c>commits</c> with its one row.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>What a person does to use another folder, for messages: <c>give another folder with NAME</c>.</summary>
    public required string OtherFolder { get; init; }

    /// <summary>A table of files from before versions were counted; null where there are no such files.</summary>
    public string? UnversionedTable { get; init; }

    /// <summary>The version that this program writes, kept in <c>user_version</c>.</summary>
    public int Version => Steps.Count;

    /// <summary>Brings a database to <see cref="Version"/>.</summary>
    public void Migrate(Session session)
    {
        for (var step = VersionOf(session); step < Version; step++)
            session.Run($"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
    }

    /// <summary>The version of a file.</summary>
    public static int VersionOf(Session session) => session.First("PRAGMA user_version", row => row.GetInt32(0));

    /// <summary>Whether a file without a version is of another program.</summary>
    public bool IsForeign(Session session) =>
        session.First("SELECT count(*) FROM sqlite_master", row => row.GetInt32(0)) > 0
        && (UnversionedTable is null || session.First("SELECT count(*) FROM sqlite_master WHERE name = ?1", row => row.GetInt32(0), UnversionedTable) == 0);
}
