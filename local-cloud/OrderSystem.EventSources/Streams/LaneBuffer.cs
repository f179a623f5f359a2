using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>The records that wait for one lane, and the rules by which they become batches: size, payload, batching window, tumbling window.</summary>
internal sealed class LaneBuffer(EventSourceMappingConfiguration configuration, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingRecord> _waiting = new();
    private readonly AsyncSignal _changed = new();
    private bool _completed;
    private DateTimeOffset _readUpTo;

    /// <summary>Adds a record; nobody is woken before <see cref="Added"/>, so that a page becomes one batch where it can.</summary>
    public void Add(PendingRecord record)
    {
        lock (_gate)
            _waiting.Enqueue(record);
    }

    /// <summary>Wakes the lane.</summary>
    public void Added() => _changed.Set();

    /// <summary>Nothing more will come.</summary>
    public void Complete()
    {
        lock (_gate)
            _completed = true;
        _changed.Set();
    }

    /// <summary>All that was made before a moment has been added.</summary>
    public void ReadUpTo(DateTimeOffset moment)
    {
        lock (_gate)
            _readUpTo = moment;
        _changed.Set();
    }

    /// <summary>Waits for the first record; false when none will come any more.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="orReadUpTo">False also once all is read that was made before this moment.</param>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken, DateTimeOffset? orReadUpTo = null)
    {
        while (true)
        {
            var changed = _changed.Next;
            lock (_gate)
            {
                if (_waiting.Count > 0)
                    return true;
                if (_completed || _readUpTo >= orReadUpTo)
                    return false;
            }

            await AsyncSignal.WaitAsync(changed, cancellationToken);
        }
    }

    /// <summary>When the first record was made; call it when one waits.</summary>
    public DateTimeOffset FirstCreatedAt
    {
        get
        {
            lock (_gate)
                return _waiting.Peek().Record.CreatedAt;
        }
    }

    /// <summary>Takes a batch once it is full, its batching window is over, or nothing more can join it.</summary>
    public async Task<List<PendingRecord>> TakeAsync(TumblingWindow? window, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _changed.Next;
            TimeSpan left;
            lock (_gate)
            {
                var (count, isFull) = Measure(window);
                left = configuration.MaximumBatchingWindow - time.GetElapsedTime(_waiting.Peek().ArrivedAt);
                if (isFull || _completed || left <= TimeSpan.Zero)
                    return Dequeue(count);
            }

            await AsyncSignal.WaitAsync(changed, left, time, cancellationToken);
        }
    }

    private (int Count, bool IsFull) Measure(TumblingWindow? window)
    {
        var (count, bytes) = (0, BatchEvent.EnvelopeBytes + (window?.State.Length ?? 0));
        foreach (var pending in _waiting)
        {
            bytes += pending.Record.Json.Length + 1;
            var belongs = window is null || window.Contains(pending.Record.CreatedAt);
            // One record that is too large alone is handed over all the same: the function's limit will say so.
            if (count == configuration.BatchSize || (count > 0 && (bytes > BatchEvent.MaximumBytes || !belongs)))
                return (count, true);
            count++;
        }

        return (count, count == configuration.BatchSize);
    }

    private List<PendingRecord> Dequeue(int count)
    {
        var batch = new List<PendingRecord>(count);
        while (batch.Count < count)
            batch.Add(_waiting.Dequeue());
        return batch;
    }
}
