using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// All state of Step Functions that outlives the process, in one SQLite file. Writes are queued in order and committed in
/// batches, so that many executions share one flush of the disk.
/// </summary>
internal sealed class StepFunctionsDatabase : IAsyncDisposable
{
    /// <summary>The number of queued writes at which writers wait.</summary>
    private const int MostQueued = 200_000;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
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
        """;

    private readonly DatabaseFile _file;
    private readonly Task _writer;
    private readonly SemaphoreSlim _work = new(0);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private List<(string Sql, object[] Values)> _queued = [];
    private TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _committing = Task.CompletedTask;
    private bool _isClosed;

    private StepFunctionsDatabase(DatabaseFile file)
    {
        _file = file;
        _file.Reopened = ForgetCommands;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Opens the database of the data folder; null without a data folder.</summary>
    /// <exception cref="IOException">The file can't be read or written, or is not a database.</exception>
    public static StepFunctionsDatabase? Open(LocalCloudOptions options)
    {
        if (options.DataDirectory is not { } folder)
            return null;
        var path = Path.Combine(folder, "step-functions", "step-functions.db");
        PrivateFiles.CreateOwnFolder(Path.GetDirectoryName(path)!);
        return new StepFunctionsDatabase(DatabaseFile.Open(path, Schema));
    }

    /// <summary>Why writes fail at present, and are retried until they succeed; null otherwise.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Queues a statement; statements take effect in order.</summary>
    public void Write(string sql, params object[] values)
    {
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

    /// <summary>Completes when everything queued so far is on disk.</summary>
    public ValueTask FlushAsync()
    {
        lock (_lock)
            return new ValueTask(_queued.Count > 0 ? _committed.Task : _committing);
    }

    /// <summary>Runs a query and reads its rows.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public IReadOnlyList<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        var parameters = values.ToArray();
        return _file.Read(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < parameters.Length; i++)
                command.Parameters.AddWithValue($"${i + 1}", parameters[i]);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        });
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _isClosed = true;
        _work.Release();
        await _writer;
        ForgetCommands();
        _file.Dispose();
        _work.Dispose();
    }

    private void ForgetCommands()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _commands.Clear();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            if (!await _work.WaitAsync(WatchInterval))
            {
                Watch();
                continue;
            }

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

            if (batch.Count == 0)
            {
                committed.TrySetResult();
                continue;
            }

            await CommitAsync(batch, committed);
        }
    }

    // Checks the files also while nothing is written, so that acknowledged writes survive.
    private void Watch()
    {
        if (Failure is null && _file.IsIntact())
            return;
        try
        {
            _file.Ensure();
            Failure = null;
        }
        catch (IOException e)
        {
            Failure = e;
        }
    }

    /// <summary>Commits a batch, with retries until it succeeds or the host stops. Nothing in the batch is acknowledged before that.</summary>
    private async Task CommitAsync(List<(string Sql, object[] Values)> batch, TaskCompletionSource committed)
    {
        var isCommitted = false;
        while (true)
        {
            try
            {
                if (!isCommitted)
                    Commit(batch);
                isCommitted = true;
                // The file at the path must have the data before the write is acknowledged.
                _file.Ensure();
                Failure = null;
                committed.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is SqliteException or IOException)
            {
                Failure = exception;
                if (_isClosed)
                {
                    committed.TrySetException(exception);
                    return;
                }
            }

            await Task.Delay(RetryPause, TimeProvider.System);
        }
    }

    private void Commit(List<(string Sql, object[] Values)> batch)
    {
        var connection = _file.Ensure();
        using var transaction = connection.BeginTransaction();
        foreach (var (sql, values) in batch)
        {
            if (!_commands.TryGetValue(sql, out var command))
            {
                _commands.Add(sql, command = connection.CreateCommand());
                command.CommandText = sql;
                for (var i = 0; i < values.Length; i++)
                    command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            command.Transaction = transaction;
            for (var i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i];
            command.ExecuteNonQuery();
        }

        _file.Count(transaction);
        transaction.Commit();
        _file.Committed();
    }
}
