using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace OrderSystem.Embedded.Storage;

/// <summary>
/// The one writer. Writes that wait while a transaction is synced to the disk share the next one, in their order; each is
/// answered once it is on disk.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    /// <summary>Writes of one transaction, at most: what a slow disk makes everybody in it wait for.</summary>
    private const int MaximumBatch = 512;

    private readonly Session _session;
    private readonly Channel<QueuedWrite> _queue;
    private readonly List<QueuedWrite> _batch = new(MaximumBatch);
    private readonly Task _thread;

    /// <param name="session">The writing connection; disposed with this.</param>
    /// <param name="capacity">How many writes may wait.</param>
    public GroupCommit(Session session, int capacity)
    {
        _session = session;
        _queue = Channel.CreateBounded<QueuedWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });
        // A sync of the disk blocks; a thread of the pool would be missed there.
        _thread = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Why the latest transaction failed; null while they succeed.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Queues a write unless the queue is full.</summary>
    public bool TryQueue(QueuedWrite write) => _queue.Writer.TryWrite(write);

    /// <summary>Queues a write once there is room.</summary>
    /// <exception cref="ChannelClosedException">The database is closed.</exception>
    public ValueTask QueueAsync(QueuedWrite write, CancellationToken cancellationToken) => _queue.Writer.WriteAsync(write, cancellationToken);

    /// <summary>Finishes what is queued and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _thread;
        _session.Dispose();
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_batch.Count < MaximumBatch && _queue.Reader.TryRead(out var write))
            {
                if (write.IsCancelled)
                    write.Cancel();
                else
                    _batch.Add(write);
            }

            if (_batch.Count > 0 && !TryCommit(_batch))
            {
                // One of them may be what the disk or the file refuses: each by itself, so that it fails alone.
                foreach (var write in _batch)
                    TryCommit([write], isLastTry: true);
            }

            _batch.Clear();
        }
    }

    private bool TryCommit(List<QueuedWrite> writes, bool isLastTry = false)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var write in writes)
                write.Run(_session);
            _session.Execute("COMMIT");
            Failure = null;
        }
        catch (SqliteException failure)
        {
            Failure = failure;
            Rollback();
            if (isLastTry)
                writes[0].Fail(failure);
            return false;
        }

        foreach (var write in writes)
            write.Complete();
        return true;
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
