using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrderSystem.Sqlite.Files;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Sqlite.Writing;

/// <summary>
/// The one writer. Writes that wait while a transaction is synced to the disk share the next one, in their order; each is
/// answered once it is on disk.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>Writes of one transaction, at most: what a slow disk makes everybody in it wait for.</summary>
    private const int MaximumBatch = 512;

    /// <summary>How long a write may take to finish once the database is closed: the disk may never answer.</summary>
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(5);

    /// <summary>How often the files are looked at while nothing is written.</summary>
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

    /// <param name="connections">The connections; disposed with this.</param>
    /// <param name="capacity">How many writes may wait.</param>
    /// <param name="refusal">What a write is answered that the disk or the file refused.</param>
    public GroupCommit(DatabaseConnections connections, int capacity, Func<Exception, Exception> refusal)
    {
        (_connections, _refusal) = (connections, refusal);
        _session = connections.Ensure();
        _queue = Channel.CreateBounded<QueuedWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });
        // A sync of the disk blocks; a thread of the pool would be missed there.
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _watch = TimeProvider.System.CreateTimer(static writer => ((GroupCommit)writer!).Watch(), this, WatchInterval, WatchInterval);
    }

    /// <summary>Why the latest transaction failed; null while they succeed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The work that the calling thread is at: only the writer's thread is ever at any.</summary>
    public Work? Current => IsCurrentThread ? _current : null;

    /// <summary>Whether the calling thread is the writer's.</summary>
    public bool IsCurrentThread => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>Queues a write unless the queue is full.</summary>
    public bool TryQueue(QueuedWrite write) => _queue.Writer.TryWrite(write);

    /// <summary>Queues a write once there is room.</summary>
    /// <exception cref="ChannelClosedException">The database is closed.</exception>
    public ValueTask QueueAsync(QueuedWrite write, CancellationToken cancellationToken) => _queue.Writer.WriteAsync(write, cancellationToken);

    /// <summary>Queues a further part of work, now or once there is room.</summary>
    public void Post(QueuedWrite part)
    {
        if (!TryQueue(part))
            _ = PostLaterAsync(part);
    }

    /// <summary>Runs a part of work, inside the transaction under way.</summary>
    public void Enter<TState>(Work work, Action<TState> part, TState state)
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

    /// <summary>Writes in the transaction under way, for the current work.</summary>
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
            // Whatever the work makes of it: the transaction can't be trusted any more.
            _broken = e;
            throw _refusal(e);
        }
    }

    /// <summary>Reads what is committed and what the transaction under way has written, for the current work.</summary>
    public T Read<T>(Func<Session, T> read) => _current!.Failure is { } failure ? throw failure : read(_session);

    /// <summary>Waits for the transaction under way, for the current work.</summary>
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

    /// <summary>Finishes what is queued and takes no more. A disk that does not respond is left to the end of the process.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync().ConfigureAwait(false);
        _isClosing = true;
        _queue.Writer.TryComplete();
        await _thread.WaitAsync(ClosingPatience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_thread.IsCompleted)
            _connections.Dispose();
    }

    // A write has the files looked at, and written back where that is possible.
    private void Watch()
    {
        if (!_connections.AreIntact)
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

    // One bad write may have failed the batch: retry each on its own so that only that one fails. If no transaction could
    // begin, none would: fail them all, and when closing also those behind them.
    private void Refuse(Exception failure)
    {
        var isOfOne = _hasBegun;
        foreach (var write in _batch)
        {
            if ((isOfOne && write.IsRepeatable ? TryCommit([write]) : failure) is { } final)
                write.Fail(_refusal(final));
        }

        while (!isOfOne && _isClosing && _queue.Reader.TryRead(out var write))
            write.Fail(_refusal(failure));
    }

    /// <summary>Does writes in one transaction and answers them, or tells why none of them is done.</summary>
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
                if (_broken is not null)
                    throw _broken;
            }

            _connections.Commit(_session);
            Failure = null;
        }
        catch (Exception failure)
        {
            // Whatever it is: nothing else would end the waits of those in the queue.
            (Failure, _broken) = (failure, null);
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
            // Some errors, such as a full disk, have rolled back already.
        }
    }
}
