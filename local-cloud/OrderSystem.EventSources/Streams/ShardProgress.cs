using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Tracks which records of a shard have been read and which of them are completed. Lanes complete records out of order, so
/// the checkpoint contains both the position up to which all records are completed and the position of each lane.
/// </summary>
internal sealed class ShardProgress
{
    /// <summary>
    /// The maximum number of records that are tracked. Reading pauses when an incomplete record keeps this many records in
    /// memory.
    /// </summary>
    private const int MaximumRemembered = 200_000;

    private readonly Lock _gate = new();
    private readonly Queue<PendingRecord> _read = new();
    private readonly AsyncSignal _changed = new();
    private readonly string _shardId;
    private readonly string?[] _laneAfter;
    private readonly string?[] _resumeAfter;
    private readonly int _maximumUndone;
    private readonly long _maximumBytes;
    private string? _after;
    private WindowCheckpoint? _window;
    private int _undone;
    private long _undoneBytes;
    private long _version;

    public ShardProgress(ShardCheckpoint checkpoint, EventSourceMappingConfiguration configuration)
    {
        var lanes = configuration.ParallelizationFactor;
        _shardId = checkpoint.ShardId;
        _after = checkpoint.After;
        _window = configuration.TumblingWindow > TimeSpan.Zero ? checkpoint.Window : null;
        // If the number of lanes has changed, keys map to different lanes, so only the position up to which all records
        // are completed is valid.
        _resumeAfter = checkpoint.Lanes is { } kept && kept.Count == lanes ? [.. kept] : new string?[lanes];
        _laneAfter = [.. _resumeAfter];
        // Each lane may have one batch in progress and one waiting. The limit in bytes also allows for the page being read.
        _maximumUndone = Math.Max(ShardConsumer.PagesAhead * ShardConsumer.PageLimit, 2 * lanes * configuration.BatchSize);
        _maximumBytes = 2L * (lanes + 1) * BatchEvent.MaximumBytes;
    }

    /// <summary>A task that completes when a lane next completes records.</summary>
    public Task Changed => _changed.Next;

    /// <summary>
    /// Whether reading should pause, because too many records are waiting for the function or because one incomplete
    /// record keeps the checkpoint from advancing past many completed records.
    /// </summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
                return _undone >= _maximumUndone || _undoneBytes >= _maximumBytes || _read.Count >= MaximumRemembered;
        }
    }

    /// <summary>The creation time of the oldest record that is not completed; null if all records are completed.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_gate)
                return _read.TryPeek(out var head) ? head.Record.CreatedAt : null;
        }
    }

    /// <summary>Adds a record that was read; returns false if a previous run has already completed it.</summary>
    public bool Add(PendingRecord pending)
    {
        lock (_gate)
        {
            _read.Enqueue(pending);
            _undone++;
            _undoneBytes += pending.Record.Json.Length;
            if (_resumeAfter[pending.Lane] is not { } resume || SequenceNumber.Compare(pending.Record.SequenceNumber, resume) > 0)
                return true;
            Complete(pending);
            Advance();
            return false;
        }
    }

    /// <summary>
    /// Marks a record that no filter matches as completed. Skipping a record does not advance the position of the record's
    /// lane.
    /// </summary>
    public void Skip(PendingRecord pending)
    {
        lock (_gate)
        {
            Complete(pending);
            Advance();
        }
    }

    /// <summary>Marks records as completed, and stores the tumbling window that contains these records.</summary>
    public void Complete(IReadOnlyList<PendingRecord> done, WindowCheckpoint? window)
    {
        lock (_gate)
        {
            foreach (var pending in done)
            {
                _laneAfter[pending.Lane] = pending.Record.SequenceNumber;
                Complete(pending);
            }

            _window = window ?? _window;
            Advance();
        }

        _changed.Set();
    }

    /// <summary>Sets the open window; null if none is open.</summary>
    public void SetWindow(WindowCheckpoint? window)
    {
        lock (_gate)
        {
            _window = window;
            _version++;
        }
    }

    /// <summary>The number of changes so far. A checkpoint with this version contains all of these changes.</summary>
    public long Version
    {
        get
        {
            lock (_gate)
                return _version;
        }
    }

    public (long Version, ShardCheckpoint Checkpoint) Snapshot(bool finished)
    {
        lock (_gate)
            return (_version, new ShardCheckpoint(_shardId, _after, finished, finished || _laneAfter.Length == 1 ? null : [.. _laneAfter], _window));
    }

    private void Complete(PendingRecord pending)
    {
        _undone--;
        _undoneBytes -= pending.Record.Json.Length;
        pending.Complete();
    }

    private void Advance()
    {
        _version++;
        while (_read.TryPeek(out var head) && head.IsDone)
            _after = _read.Dequeue().Record.SequenceNumber;
    }
}
