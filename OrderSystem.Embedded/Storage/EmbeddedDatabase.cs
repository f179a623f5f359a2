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
/// Everything the embedded cloud keeps, in one SQLite file: orders, stock, payments, changes, executions. One writer with
/// group commit, readers beside it. A write that was answered survives the loss of the machine's power.
/// </summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    /// <summary>How many writes may wait unless set.</summary>
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

    /// <summary>The file.</summary>
    public string Path => _connections.Path;

    /// <summary>Whether the calling thread is at work of <see cref="TogetherAsync"/>.</summary>
    public bool IsTogether => _writer.Current is not null;

    /// <summary>Why the latest transaction failed; null while they succeed.</summary>
    public Exception? Failure => _writer.Failure;

    /// <summary>Opens a file, or makes it, and brings it to this program's schema.</summary>
    /// <param name="path">The file.</param>
    /// <param name="queue">How many writes may wait; beyond, calls wait or are refused.</param>
    /// <param name="logger">Told when the file is moved, deleted or replaced while it is in use.</param>
    /// <exception cref="DatabaseException">The file is in use, newer than this program, damaged, not as it was left, or no database.</exception>
    public static EmbeddedDatabase Open(string path, int queue = StandardQueue, ILogger? logger = null)
    {
        var connections = DatabaseConnections.Open(path, Schema.Current, logger ?? NullLogger.Instance);
        return new EmbeddedDatabase(connections, queue);
    }

    /// <summary>Writes once there is room in the queue; answers when the write is on disk. Within <see cref="TogetherAsync"/>, writes at once.</summary>
    /// <exception cref="StoreUnavailableException">The disk or the file refused it.</exception>
    public Task<T> WriteAsync<T>(Func<Session, T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (_writer.Current is not null)
            return WriteNow(write);
        var queued = new QueuedWrite<T>(write, cancellationToken);
        return _writer.TryQueue(queued) ? queued.Answer : QueueAsync(queued, queued.Answer, cancellationToken);
    }

    /// <summary>Writes unless too many writes wait already; answers when the write is on disk. Within <see cref="TogetherAsync"/>, writes at once.</summary>
    /// <exception cref="StoreUnavailableException">The queue is full, or the disk or the file refused it.</exception>
    public Task<T> WriteOrRefuseAsync<T>(Func<Session, T> write, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (_writer.Current is not null)
            return WriteNow(write);
        var queued = new QueuedWrite<T>(write, cancellationToken);
        if (_writer.TryQueue(queued))
            return queued.Answer;
        return Task.FromException<T>(_isClosed ? Closed(null) : new StoreUnavailableException($"Too many writes to {Path} are waiting.", new TimeoutException()));
    }

    /// <summary>Queues a write and answers at once with the task of its end: writes queued later come behind it. Within <see cref="TogetherAsync"/>, writes at once.</summary>
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
    /// Runs work whose writes belong together: what it writes before it ends is one transaction, and each of its writes
    /// and reads sees those before it. Where it waits for something other than this file, the transaction ends there,
    /// and what follows the wait is the next. Answers when all is on disk.
    /// </summary>
    /// <param name="work">The work. It must not block: nobody writes meanwhile.</param>
    /// <param name="cancellationToken">Drops the work while it has not begun.</param>
    /// <exception cref="StoreUnavailableException">The disk or the file refused it, whatever the work made of that.</exception>
    public Task<T> TogetherAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        if (_writer.Current is not null)
            return work();
        var queued = new Work<T>(_writer, work, cancellationToken);
        return _writer.TryQueue(queued) ? queued.Answer : QueueAsync(queued, queued.Answer, cancellationToken);
    }

    /// <summary>Within <see cref="TogetherAsync"/>, waits until what was written so far is on disk: before anybody outside is told of it.</summary>
    /// <exception cref="StoreUnavailableException">The disk or the file refused it.</exception>
    public Task OnDiskAsync() => _writer.Current is null ? Task.CompletedTask : _writer.CommittedAsync();

    /// <summary>Reads what is committed; within <see cref="TogetherAsync"/>, also what it has written.</summary>
    /// <exception cref="StoreUnavailableException">The file can't be read.</exception>
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

    /// <summary>Proves that a write reaches the disk. A file in which damage was found does not pass any more.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    public Task ProbeAsync(CancellationToken cancellationToken) => _damage is { } damage
        ? Task.FromException(new StoreUnavailableException(Inspection.Damaged(Path, damage.Message), damage))
        : WriteAsync(session => session.Execute("INSERT OR REPLACE INTO probe (id, at) VALUES (1, ?1)", Environment.TickCount64), cancellationToken);

    /// <summary>Finishes what is queued and closes the file.</summary>
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

    private StoreUnavailableException Closed(Exception? cause) => new($"{Path} is closed.", cause ?? new ObjectDisposedException(nameof(EmbeddedDatabase)));

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
        return new StoreUnavailableException($"{Path} can't be {done} ({e.Message}).", e);
    }
}
