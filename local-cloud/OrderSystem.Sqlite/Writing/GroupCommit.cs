using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite.Writing;

/// <summary>
/// The only writer of a database. Writes that arrive while a transaction is being synced to disk share the next
/// transaction, in queue order. Each write completes when it is on disk.
/// </summary>
public sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>
    /// The maximum number of writes in one transaction. Every write waits for its whole transaction, which can take a long time
    /// on a slow disk.
    /// </summary>
    private const int MaximumBatch = 512;

    /// <summary>
    /// The maximum time that <see cref="DisposeAsync"/> waits for the last writes. The wait is limited because the disk may hang.
    /// </summary>
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(5);

    /// <summary>The interval at which the files are checked while nothing is written.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    private readonly DatabaseConnections _connections;
    private readonly Func<Exception, Exception> _refusal;
    private readonly Channel<QueuedWrite> _queue;
    private readonly List<QueuedWrite> _batch = new(MaximumBatch);
    private readonly Task _thread;
    private readonly ITimer _watch;
    private Session _session;
    private int _threadId;
    private Work? _current;
    private SqliteException? _broken;
    private volatile bool _isClosing;
    private bool _hasBegun;

    /// <param name="connections">The database connections; disposed together with this object.</param>
    /// <param name="capacity">The maximum number of queued writes.</param>
    /// <param name="refusal">Maps a database failure to the exception that the caller of a write receives.</param>
    public GroupCommit(DatabaseConnections connections, int capacity, Func<Exception, Exception> refusal)
    {
        (_connections, _refusal) = (connections, refusal);
        _session = connections.Ensure();
        _queue = Channel.CreateBounded<QueuedWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });
        // fsync blocks, so use a dedicated thread instead of a pool thread.
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _watch = TimeProvider.System.CreateTimer(static writer => ((GroupCommit)writer!).Watch(), this, WatchInterval, WatchInterval);
    }

    /// <summary>The reason why the latest transaction failed; null if it succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>
    /// The unit of work that runs on the calling thread; always null on any thread other than the writer's thread.
    /// </summary>
    public Work? Current => IsCurrentThread ? _current : null;

    /// <summary>Whether the calling thread is the writer's thread.</summary>
    public bool IsCurrentThread => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Queues a write; returns false if the queue is full or closed.</summary>
    public bool TryQueue(QueuedWrite write) => _queue.Writer.TryWrite(write);

    /// <summary>Queues a write, waiting for room in the queue.</summary>
    /// <exception cref="ChannelClosedException">The database is closed.</exception>
    public ValueTask QueueAsync(QueuedWrite write, CancellationToken cancellationToken) => _queue.Writer.WriteAsync(write, cancellationToken);

    /// <summary>
    /// Queues a continuation of a unit of work. If the queue is full, the continuation is queued as soon as there is room.
    /// </summary>
    internal void Post(QueuedWrite part)
    {
        if (!TryQueue(part))
            _ = PostLaterAsync(part);
    }

    /// <summary>Runs a part of a unit of work in the current transaction.</summary>
    internal void Enter<TState>(Work work, Action<TState> part, TState state)
    {
        _current = work;
        SynchronizationContext.SetSynchronizationContext(work.Continuations);
        try
        {
            part(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
            _current = null;
        }
    }

    /// <summary>Writes in the current transaction on behalf of the current unit of work.</summary>
    public T Write<T>(Func<Session, T> write)
    {
        if (_current!.Failure is { } failure)
            throw failure;
        try
        {
            return write(_session);
        }
        catch (SqliteException e)
        {
            // Even if the unit of work catches the exception, the transaction is no longer usable.
            _broken = e;
            throw _refusal(e);
        }
    }

    /// <summary>Reads committed data and the current transaction's writes on behalf of the current unit of work.</summary>
    public T Read<T>(Func<Session, T> read) => _current!.Failure is { } failure ? throw failure : read(_session);

    /// <summary>Waits until the current unit of work's transaction is committed.</summary>
    public Task CommittedAsync()
    {
        if (_current!.Failure is { } lost)
            return Task.FromException(lost);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _session.AtEnd(failure =>
        {
            if (failure is null)
                end.SetResult();
            else
                end.SetException(_refusal(failure));
        });
        return end.Task;
    }

    /// <summary>
    /// Rejects new writes, finishes the queued writes and closes the database. If the disk hangs, returns without closing the
    /// database.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        _isClosing = true;
        _queue.Writer.TryComplete();
        await _thread.WaitAsync(ClosingPatience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_thread.IsCompleted)
            _connections.Dispose();
    }

    // An empty write makes the writer check the files, and restore them if necessary.
    private void Watch()
    {
        // Only a successful write resets Failure, so queue an empty write even if the files are intact again.
        if (Failure is not null || !_connections.AreIntact)
            TryQueue(new QueuedWrite<bool>(_ => true, CancellationToken.None));
    }

    private async Task PostLaterAsync(QueuedWrite part)
    {
        try
        {
            await QueueAsync(part, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            part.Fail(_refusal(e));
        }
    }

    private void Run()
    {
        _threadId = Environment.CurrentManagedThreadId;
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Gather();
            if (_batch.Count > 0 && TryCommit(_batch) is { } failure)
                Refuse(failure);
            _batch.Clear();
        }
    }

    private void Gather()
    {
        while (_batch.Count < MaximumBatch && _queue.Reader.TryRead(out var write))
        {
            if (write.IsCancelled)
                write.Cancel();
            else if (write.Lost is { } failure)
                write.Fail(failure);
            else
                _batch.Add(write);
        }
    }

    // One bad write may have failed the whole batch: retry each write in a transaction of its own, so that only the bad write
    // fails. If the transaction could not begin, fail the whole batch; when closing, also fail the writes that are still queued.
    private void Refuse(Exception failure)
    {
        var isOfOne = _hasBegun;
        foreach (var write in _batch)
        {
            if ((isOfOne && write.IsRepeatable ? TryCommit([write]) : failure) is { } final)
                write.Fail(write.Broken ?? _refusal(final));
        }

        while (!isOfOne && _isClosing && _queue.Reader.TryRead(out var write))
            write.Fail(_refusal(failure));
    }

    /// <summary>
    /// Runs writes in one transaction and completes them. Returns null if the transaction was committed; otherwise the exception
    /// that made the transaction fail.
    /// </summary>
    private Exception? TryCommit(List<QueuedWrite> writes)
    {
        try
        {
            _hasBegun = false;
            _session = _connections.Ensure();
            _session.Execute("BEGIN IMMEDIATE");
            _hasBegun = true;
            foreach (var write in writes)
            {
                write.Run(_session);
                if ((_broken ?? write.Broken) is { } broken)
                    throw broken;
            }

            _connections.Commit(_session);
            Failure = null;
        }
        catch (Exception failure)
        {
            // Catch everything, because the callers of these writes would otherwise wait forever.
            _broken = null;
            // An exception that a write's own code threw does not mean that the database failed.
            if (!writes.Exists(write => write.Broken == failure))
                Failure = failure;
            _hasBegun &= failure is not FilesChangedException;
            if (_hasBegun)
                Rollback();
            foreach (var write in writes)
                write.RolledBack();
            _session.Ended(failure);
            return failure;
        }

        _session.Ended(null);
        foreach (var write in writes)
            write.Complete();
        return null;
    }

    private void Rollback()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // After some errors, such as a full disk, SQLite has already rolled back.
        }
    }
}
