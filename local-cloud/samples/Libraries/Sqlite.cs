using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Sqlite;
using OrderSystem.Sqlite.Writing;

internal static class Counter
{
    private static readonly DatabaseSchema Schema = new()
    {
        Steps =
        [
            """
            CREATE TABLE visits (page TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE commits (id INTEGER PRIMARY KEY, count INTEGER NOT NULL);
            INSERT INTO commits (id, count) VALUES (1, 0);
            """,
        ],
        OtherFolder = "name another folder with --data",
    };

    public static async Task RunAsync()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("visits-").FullName, "visits.db");
        var connections = DatabaseConnections.Open(path, Schema, NullLogger.Instance);
        await using var writer = new GroupCommit(connections, capacity: 1000, refusal: failure => new IOException($"{path} can't be written.", failure));
        // Concurrent writes share a transaction. Each task completes when its write is on disk.
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            var visit = new QueuedWrite<int>(session => session.Execute("INSERT INTO visits VALUES (?1, 1) ON CONFLICT DO UPDATE SET count = count + 1", "home"), CancellationToken.None);
            await writer.QueueAsync(visit, CancellationToken.None);
            await visit.Answer;
        }));
        Console.WriteLine($"visits: {connections.Read(session => session.First("SELECT count FROM visits", row => row.GetInt64(0)))}");
    }
}
