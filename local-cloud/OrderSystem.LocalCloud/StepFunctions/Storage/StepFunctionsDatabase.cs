using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.Sqlite.Writing;
using SQLitePCL;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// Stores all state of Step Functions that survives a restart, in one SQLite file. Writes are queued in order and committed in
/// batches, so that many executions share one flush to disk.
/// </summary>
internal sealed class StepFunctionsDatabase : IAsyncDisposable
{
    /// <summary>The maximum number of queued writes. When the queue is full, callers wait for a commit.</summary>
    private const int MostQueued = 200_000;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private static readonly DatabaseSchema Schema = new()
    {
        Steps =
        [
            // Database files that were created before schema versions were introduced already have these tables.
            """
            CREATE TABLE IF NOT EXISTS resources (kind TEXT NOT NULL, arn TEXT NOT NULL, document BLOB NOT NULL, PRIMARY KEY (kind, arn)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS executions (
                sequence INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, running INTEGER NOT NULL, document BLOB NOT NULL);
            CREATE INDEX IF NOT EXISTS executions_by_owner ON executions (owner, sequence);
            CREATE INDEX IF NOT EXISTS running_executions ON executions (running) WHERE running = 1;
            CREATE TABLE IF NOT EXISTS events (arn TEXT NOT NULL, id INTEGER NOT NULL, event BLOB NOT NULL, PRIMARY KEY (arn, id)) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS callbacks (token TEXT PRIMARY KEY, execution TEXT NOT NULL, outcome BLOB) WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS callbacks_by_execution ON callbacks (execution);
            CREATE TABLE IF NOT EXISTS map_runs (sequence INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, execution TEXT NOT NULL, document BLOB NOT NULL, items BLOB);
            CREATE INDEX IF NOT EXISTS map_runs_by_execution ON map_runs (execution, sequence);
            CREATE TABLE IF NOT EXISTS commits (id INTEGER PRIMARY KEY, count INTEGER NOT NULL);
            INSERT OR IGNORE INTO commits (id, count) VALUES (1, 0);
            """,
        ],
        OtherFolder = "use another data folder",
        UnversionedTable = "executions",
    };

    private readonly DatabaseConnections _connections;
    private readonly GroupCommit _writer;
    private readonly Task _writing;
    private readonly SemaphoreSlim _work = new(0);
    private readonly Lock _lock = new();
    private List<(string Sql, object[] Values)> _queued = [];
    private TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _committing = Task.CompletedTask;
    private bool _isClosed;

    private readonly ILogger _logger;

    private StepFunctionsDatabase(DatabaseConnections connections, ILogger logger)
    {
        (_connections, _logger) = (connections, logger);
        _writer = new GroupCommit(connections, capacity: 1, e => Refusal(connections.Path, e));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Opens the database in the data folder; returns null if no data folder is configured.</summary>
    /// <exception cref="IOException">The database file can't be used, is in use by another process, or has lost
    /// transactions.</exception>
    public static StepFunctionsDatabase? Open(LocalCloudOptions options, ILogger logger)
    {
        if (options.DataDirectory is not { } folder)
            return null;
        var path = Path.Combine(folder, "step-functions", "step-functions.db");
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(path)!);
        DatabaseConnections? connections = null;
        try
        {
            connections = DatabaseConnections.Open(path, Schema, logger);
            return new StepFunctionsDatabase(connections, logger);
        }
        catch (Exception e) when (e is DatabaseException or FilesChangedException)
        {
            connections?.Dispose();
            throw new IOException(e is FilesChangedException ? $"{path}: {e.Message}" : e.Message, e);
        }
    }

    /// <summary>
    /// The reason why writes currently fail; null if they succeed. Failed writes are retried until they succeed.
    /// </summary>
    public Exception? Failure => _writer.Failure is { } failure ? Refusal(_connections.Path, failure) : null;

    /// <summary>Queues an SQL statement. Statements are executed in the order in which they were queued.</summary>
    /// <exception cref="ArgumentException">A value has a type that can't be stored. The statement was not queued.</exception>
    public void Write(string sql, params object[] values)
    {
        if (Array.Find(values, value => !Session.Accepts(value)) is { } unknown)
            throw new ArgumentException($"A {unknown.GetType().Name} can't be stored.", nameof(values));
        lock (_lock)
        {
            _queued.Add((sql, values));
            if (_queued.Count > 1 && _queued.Count < MostQueued)
                return;
        }

        _work.Release();
        while (_queued.Count >= MostQueued)
            FlushAsync().AsTask().Wait(TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// Waits until all queued statements are on disk. Throws if SQLite rejected a statement in the same batch, even if another
    /// caller queued that statement.
    /// </summary>
    public ValueTask FlushAsync()
    {
        lock (_lock)
            return new ValueTask(_queued.Count > 0 ? _committed.Task : _committing);
    }

    /// <summary>Runs a query and returns its rows.</summary>
    /// <exception cref="IOException">The database file can't be read.</exception>
    public IReadOnlyList<T> Read<T>(string sql, Func<Row, T> read, params object[] values)
    {
        try
        {
            return _connections.Read(session => session.Read(sql, read, values));
        }
        catch (Exception e) when (e is SqliteException or FilesChangedException)
        {
            throw Refusal(_connections.Path, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _isClosed = true;
        _work.Release();
        await _writing;
        await _writer.DisposeAsync();
        _work.Dispose();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            await _work.WaitAsync();
            List<(string Sql, object[] Values)> batch;
            TaskCompletionSource committed;
            lock (_lock)
            {
                if (_queued.Count == 0 && _isClosed)
                    return;
                (batch, _queued) = (_queued, []);
                (committed, _committed) = (_committed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                _committing = committed.Task;
            }

            if (batch.Count > 0)
                await CommitAsync(batch, committed);
            else
                committed.TrySetResult();

        }
    }

    /// <summary>
    /// Commits a batch. If SQLite rejects a statement in the batch, commits each statement in its own transaction, so that only
    /// the rejected statement is lost.
    /// </summary>
    private async Task CommitAsync(List<(string Sql, object[] Values)> batch, TaskCompletionSource committed)
    {
        var failure = await TryCommitAsync(batch);
        if (failure is not null && IsOfStatement(failure) && batch.Count > 1)
        {
            failure = null;
            foreach (var statement in batch)
                failure = await TryCommitAsync([statement]) ?? failure;
        }

        if (failure is null)
            committed.TrySetResult();
        else
            committed.TrySetException(failure);
    }

    /// <summary>
    /// Commits statements in one transaction. If the database can't be written, for example because the disk is full, retries
    /// until the commit succeeds or the host stops.
    /// </summary>
    /// <returns>Null if the statements were committed; otherwise the exception, because SQLite rejected a statement or the host
    /// is stopping.</returns>
    private async Task<Exception?> TryCommitAsync(List<(string Sql, object[] Values)> statements)
    {
        for (var isCommitted = false; ;)
        {
            // If another program moves or replaces the database files, a write can fail although its statements were committed. In
            // that case, retry with an empty write, which succeeds when the files are back in place.
            var write = new QueuedWrite<int>(session => isCommitted ? 0 : Execute(session, statements), CancellationToken.None);
            try
            {
                await _writer.QueueAsync(write, CancellationToken.None);
                await write.Answer;
                return null;
            }
            catch (Exception e) when (IsOfStatement(e))
            {
                if (statements is [var (sql, _)])
                    _logger.StatementLost(e, sql);
                return e;
            }
            catch (Exception e)
            {
                isCommitted |= e.InnerException is FilesChangedException { IsCommitted: true };
                if (_isClosed)
                    return e;
            }

            await Task.Delay(RetryPause, TimeProvider.System);
        }
    }

    /// <summary>
    /// Whether the statement itself caused the failure, so that a retry would fail too. This is true for a few SQLite errors,
    /// such as a violated constraint, and for every exception that does not come from the database.
    /// </summary>
    private static bool IsOfStatement(Exception e) => e is not (IOException or ChannelClosedException)
        || e.InnerException is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE };

    private static int Execute(Session session, List<(string Sql, object[] Values)> batch)
    {
        foreach (var (sql, values) in batch)
            session.Execute(sql, values);
        return batch.Count;
    }

    private static IOException Refusal(string path, Exception e) => new(
        e is FilesChangedException ? $"{path} can't be used: {e.Message}."
            : $"{path} can't be used ({e.Message}). Free disk space, close any other program that has the file open, or use another data folder.",
        e);
}
