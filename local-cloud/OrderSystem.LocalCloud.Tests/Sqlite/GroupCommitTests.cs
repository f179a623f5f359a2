using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Sqlite;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.Sqlite.Writing;

namespace OrderSystem.LocalCloud.Tests.Sqlite;

/// <summary>Tests writes that share a transaction when one of the writes throws an exception.</summary>
public sealed class GroupCommitTests : IAsyncLifetime
{
    private static readonly DatabaseSchema Schema = new()
    {
        Steps = ["CREATE TABLE notes (text TEXT PRIMARY KEY); CREATE TABLE commits (id INTEGER PRIMARY KEY, count INTEGER NOT NULL); INSERT INTO commits (id, count) VALUES (1, 0);"],
        OtherFolder = "give another folder",
        UnversionedTable = "notes",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("group-commit-");
    private DatabaseConnections _connections = null!;
    private GroupCommit _writer = null!;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _connections = DatabaseConnections.Open(Path.Combine(_folder.FullName, "notes.db"), Schema, NullLogger.Instance);
        _writer = new GroupCommit(_connections, capacity: 10, e => new IOException("refused", e));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_write_that_throws_halfway_is_undone_and_fails_alone()
    {
        using var first = new ManualResetEventSlim();
        var held = Queue(_ =>
        {
            first.Wait(CancellationToken);
            return 0;
        });
        var before = Queue(session => Note(session, "before"));
        var halfway = Queue(session =>
        {
            Note(session, "half");
            throw new InvalidOperationException("halfway");
        });
        var early = Queue(_ => throw new InvalidOperationException("early"));
        var after = Queue(session => Note(session, "after"));
        first.Set();

        await Task.WhenAll(held, before, after);
        Assert.Equal("halfway", (await Assert.ThrowsAsync<InvalidOperationException>(() => halfway)).Message);
        Assert.Equal("early", (await Assert.ThrowsAsync<InvalidOperationException>(() => early)).Message);
        Assert.Null(_writer.Failure);
        await Queue(session => Note(session, "later"));
        Assert.Equal(["after", "before", "later"], _connections.Read(session => session.Read("SELECT text FROM notes ORDER BY text", row => row.GetString(0))));
    }

    private static int Note(Session session, string text) => session.Execute("INSERT INTO notes (text) VALUES (?1)", text);

    private Task<int> Queue(Func<Session, int> write)
    {
        var queued = new QueuedWrite<int>(write, CancellationToken);
        Assert.True(_writer.TryQueue(queued));
        return queued.Answer;
    }
}
