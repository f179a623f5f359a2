using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Core.Orders;
using OrderSystem.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.Sqlite.Writing;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// All data of the embedded cloud, in one SQLite file: orders, stock, payments, changes, executions. The database has one
/// writer with group commit, and concurrent readers. A write that has completed survives a power failure.
/// </summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    /// <summary>The default maximum number of queued writes.</summary>
    public const int StandardQueue = 8192;


    private readonly DatabaseConnections _connections;
    private readonly GroupCommit _writer;
    private bool _isClosed;
    private SqliteException? _damage;

    private EmbeddedDatabase(DatabaseConnections connections, int queue)
    {
        _connections = connections;
        _writer = new GroupCommit(connections, queue, e => Refusal(e, "written"));
    }

    /// <summary>The path of the database file.</summary>
    public string Path => _connections.Path;

    /// <summary>Whether the calling code runs within <see cref="TogetherAsync"/>.</summary>
    public bool IsTogether => _writer.Current is not null;

    /// <summary>Why the latest transaction failed; null if it succeeded.</summary>
    public Exception? Failure => _writer.Failure;

    /// <summary>Opens a database, or creates it, and migrates it to this program's schema.</summary>
    /// <param name="path">The path of the database file.</param>
    /// <param name="queue">The maximum number of queued writes. When the queue is full, further calls wait or are refused.</param>
    /// <param name="logger">Logs when the file is moved, deleted or replaced while it is in use.</param>
    /// <exception cref="DatabaseException">
    /// The file is in use, newer than this program, damaged, changed, or not a database.
    /// </exception>
    public static EmbeddedDatabase Open(string path, int queue = StandardQueue, ILogger? logger = null)
    {
        var connections = DatabaseConnections.Open(path, Schema.Current, logger ?? NullLogger.Instance);
        try
        {
            return new EmbeddedDatabase(connections, queue);
        }
        catch (FilesChangedException e)
        {
            connections.Dispose();
            throw new DatabaseException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Queues a write, waiting for room in the queue. Completes when the write is on disk. Within
    /// <see cref="TogetherAsync"/>, the write is made at once, in the current transaction.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database file can't be written.</exception>
    public Task<T> WriteAsync<T>(Func<Session, T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (_writer.Current is not null)
            return WriteNow(write);
        var queued = new QueuedWrite<T>(write, cancellationToken);
        return _writer.TryQueue(queued) ? queued.Answer : QueueAsync(queued, queued.Answer, cancellationToken);
    }

    /// <summary>
    /// Queues a write, or fails at once if the queue is full. Completes when the write is on disk. Within
    /// <see cref="TogetherAsync"/>, the write is made at once, in the current transaction.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The queue is full, or the file can't be written.</exception>
    public Task<T> WriteOrRefuseAsync<T>(Func<Session, T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (_writer.Current is not null)
            return WriteNow(write);
        var queued = new QueuedWrite<T>(write, cancellationToken);
        if (_writer.TryQueue(queued))
            return queued.Answer;
        return Task.FromException<T>(_isClosed ? Closed(null) : new StoreUnavailableException($"Too many writes to {Path} are waiting. Repeat the write later.", new TimeoutException()));
    }

    /// <summary>
    /// Queues a write. The outer task completes when the write is queued and is thus certain to precede later writes. The
    /// inner task completes when the write is on disk. Within <see cref="TogetherAsync"/>, the write is made at once, in
    /// the current transaction.
    /// </summary>
    public async ValueTask<Task> QueueAsync(Action<Session> write, CancellationToken cancellationToken)
    {
        if (_writer.Current is not null)
            return WriteNow(Write);
        var queued = new QueuedWrite<bool>(Write, CancellationToken.None);
        if (!_writer.TryQueue(queued))
            await QueueAsync(queued, cancellationToken);
        return queued.Answer;

        bool Write(Session session)
        {
            write(session);
            return true;
        }
    }

    /// <summary>
    /// Runs work with all its writes in one transaction; the work's reads and writes see its earlier writes. If the work
    /// awaits anything other than this database, the transaction ends there, and later writes go into another transaction.
    /// Completes when all writes are on disk.
    /// </summary>
    /// <param name="work">The work to run. The work must not block its thread, which is the only thread that writes.</param>
    /// <param name="cancellationToken">Cancels the work if it has not begun.</param>
    /// <exception cref="StoreUnavailableException">
    /// The database file can't be written. Thrown even if the work caught the exception of the failed write.
    /// </exception>
    public Task<T> TogetherAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (_writer.Current is not null)
            return work();
        var queued = new Work<T>(_writer, work, cancellationToken);
        return _writer.TryQueue(queued) ? queued.Answer : QueueAsync(queued, queued.Answer, cancellationToken);
    }

    /// <summary>
    /// Within <see cref="TogetherAsync"/>, waits until the work's writes so far are on disk. Call this method before any
    /// effect outside the database.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database file can't be written.</exception>
    public Task OnDiskAsync() => _writer.Current is null ? Task.CompletedTask : _writer.CommittedAsync();

    /// <summary>Reads committed data and, within <see cref="TogetherAsync"/>, the work's own writes.</summary>
    /// <exception cref="StoreUnavailableException">The database file can't be read.</exception>
    public T Read<T>(Func<Session, T> read)
    {
        if (_isClosed)
            throw Closed(null);
        try
        {
            if (_writer.Current is not null)
                return _writer.Read(read);
            return _connections.Read(read);
        }
        catch (Exception e) when (e is SqliteException or FilesChangedException)
        {
            throw Refusal(e, "read");
        }
    }

    /// <summary>Tests that a write reaches the disk. Always fails after damage was found in the file.</summary>
    /// <exception cref="StoreUnavailableException">The write failed, or the file is damaged.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) => _damage is { } damage
        ? Task.FromException(new StoreUnavailableException(Inspection.Damaged(Path, damage.Message), damage))
        : WriteAsync(session => session.Execute("INSERT OR REPLACE INTO probe (id, at) VALUES (1, ?1)", Environment.TickCount64), cancellationToken);

    /// <summary>Finishes the queued writes and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        await _writer.DisposeAsync();
    }


    private async ValueTask QueueAsync(QueuedWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _writer.QueueAsync(write, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw Closed(e);
        }
    }

    private StoreUnavailableException Closed(Exception? cause) => new($"Database {Path} is closed.", cause ?? new ObjectDisposedException(nameof(EmbeddedDatabase)));

    private async Task<T> QueueAsync<T>(QueuedWrite write, Task<T> answer, CancellationToken cancellationToken)
    {
        await QueueAsync(write, cancellationToken);
        return await answer;
    }

    private Task<T> WriteNow<T>(Func<Session, T> write)
    {
        try
        {
            return Task.FromResult(_writer.Write(write));
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }


    private StoreUnavailableException Refusal(Exception e, string done)
    {
        if (e is SqliteException failure && Inspection.IsDamage(failure))
            _damage = failure;
        return new StoreUnavailableException($"Database {Path} can't be {done} ({e.Message}).", e);
    }

}
