using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// The records that are waiting to be delivered by one lane. The number of records, the payload size, the batching
/// window and the tumbling window determine where a batch ends.
/// </summary>
internal sealed class LaneBuffer(EventSourceMappingConfiguration configuration, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingRecord> _waiting = new();
    private readonly AsyncSignal _changed = new();
    private bool _completed;
    private DateTimeOffset _readUpTo;

    /// <summary>Adds a record without waking the lane. Call <see cref="Added"/> after the last record of a page.</summary>
    public void Add(PendingRecord record)
    {
        lock (_gate)
            _waiting.Enqueue(record);
    }

    /// <summary>Wakes the lane after records were added.</summary>
    public void Added() => _changed.Set();

    /// <summary>Marks the buffer as complete: no more records will be added.</summary>
    public void Complete()
    {
        lock (_gate)
            _completed = true;
        _changed.Set();
    }

    /// <summary>Reports to the lane that all records created before a given time have been added.</summary>
    public void ReadUpTo(DateTimeOffset moment)
    {
        lock (_gate)
            _readUpTo = moment;
        _changed.Set();
    }

    /// <summary>Waits until a record is available; returns false if no more records will be added.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="orReadUpTo">
    /// If set, the method also returns false once all records created before this time have been added.
    /// </param>
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

    /// <summary>The creation time of the first waiting record. Throws if no record is waiting.</summary>
    public DateTimeOffset FirstCreatedAt
    {
        get
        {
            lock (_gate)
                return _waiting.Peek().Record.CreatedAt;
        }
    }

    /// <summary>
    /// Waits until a batch is full, its batching window has ended or no more records can join it, then removes the batch
    /// from the buffer and returns it.
    /// </summary>
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
            // A single oversized record is still delivered; the invocation then fails because of Lambda's payload limit.
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
