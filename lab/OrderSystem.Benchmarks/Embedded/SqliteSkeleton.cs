using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OrderSystem.Benchmarks.Embedded;

/// <summary>
/// Measures the speed of SQLite itself: for each order, one thread makes the same six durable writes in sequence, with group
/// commit but without the rest of the application. The writes store the order, the execution, the charge, the reservation,
/// the notification and the final status.
/// </summary>
internal sealed class SqliteSkeleton : IOrderRunner
{
    private const int MaximumBatch = 512;

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -65536;
        CREATE TABLE orders (id TEXT PRIMARY KEY, status INTEGER NOT NULL, document BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE executions (id TEXT PRIMARY KEY, input TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE payments (id TEXT PRIMARY KEY, amount TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE stock (sku TEXT PRIMARY KEY, available INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE notifications (id TEXT PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO stock VALUES ('A1', 2147483647);
        """;

    private static readonly string[] Writes =
    [
        "INSERT INTO orders VALUES ($id, 0, zeroblob(300))",
        "INSERT INTO executions VALUES ($id, '{\"orderId\":\"' || $id || '\"}')",
        "INSERT INTO payments VALUES ($id, '9.95')",
        "UPDATE stock SET available = available - 1 WHERE sku = 'A1' AND $id IS NOT NULL",
        "INSERT INTO notifications VALUES ($id)",
        "UPDATE orders SET status = 4 WHERE id = $id",
    ];

    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(8192) { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand[] _writes;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly Task _thread;

    public SqliteSkeleton(string folder)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "skeleton.db"), Pooling = false }.ToString());
        _connection.Open();
        using (var schema = Command(Schema))
            schema.ExecuteNonQuery();
        _writes = [.. Writes.Select(Command)];
        foreach (var write in _writes)
            write.Parameters.Add(new SqliteParameter { ParameterName = "$id" });
        (_begin, _commit) = (Command("BEGIN IMMEDIATE"), Command("COMMIT"));
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async Task RunAsync(string orderId, CancellationToken cancellationToken)
    {
        for (var step = 0; step < _writes.Length; step++)
        {
            var write = new Write(orderId, step);
            await _queue.Writer.WriteAsync(write, cancellationToken);
            await write.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.Complete();
        await _thread;
        foreach (var command in _writes)
            await command.DisposeAsync();
        await _begin.DisposeAsync();
        await _commit.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private SqliteCommand Command(string sql) => new(sql, _connection);

    private void Run()
    {
        var batch = new List<Write>(MaximumBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MaximumBatch && _queue.Reader.TryRead(out var write))
                batch.Add(write);
            try
            {
                Commit(batch);
                batch.ForEach(write => write.SetResult());
            }
            catch (SqliteException e)
            {
                batch.ForEach(write => write.TrySetException(e));
            }

            batch.Clear();
        }
    }

    private void Commit(List<Write> batch)
    {
        _begin.ExecuteNonQuery();
        foreach (var write in batch)
        {
            _writes[write.Step].Parameters[0].Value = write.OrderId;
            _writes[write.Step].ExecuteNonQuery();
        }

        _commit.ExecuteNonQuery();
    }

    private sealed class Write(string orderId, int step) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string OrderId => orderId;

        public int Step => step;
    }
}
