using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Which records of a shard are read, and which of those are completed. Lanes complete out of order: the checkpoint is
/// the point before which everything is completed, plus each lane's own progress.
/// </summary>
internal sealed class ShardProgress
{
    /// <summary>The maximum number of records tracked behind an incomplete one before reading pauses.</summary>
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
        // With another number of lanes, keys map to other lanes, so only the common position is valid.
        _resumeAfter = checkpoint.Lanes is { } kept && kept.Count == lanes ? [.. kept] : new string?[lanes];
        _laneAfter = [.. _resumeAfter];
        // Each lane has a batch in progress and the next one waiting; bytes also allow for the page being read.
        _maximumUndone = Math.Max(ShardConsumer.PagesAhead * ShardConsumer.PageLimit, 2 * lanes * configuration.BatchSize);
        _maximumBytes = 2L * (lanes + 1) * BatchEvent.MaximumBytes;
    }

    /// <summary>Completes at the next change.</summary>
    public Task Changed => _changed.Next;

    /// <summary>Whether reading should pause: the function is behind, or one record blocks the checkpoint of many.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
                return _undone >= _maximumUndone || _undoneBytes >= _maximumBytes || _read.Count >= MaximumRemembered;
        }
    }

    /// <summary>When the oldest record that is not completed was created; null if all are completed.</summary>
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

    /// <summary>Completes a record that no filter matches. This does not advance its lane.</summary>
    public void Skip(PendingRecord pending)
    {
        lock (_gate)
        {
            Complete(pending);
            Advance();
        }
    }

    /// <summary>Completes records, and stores the tumbling window that contains them.</summary>
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

    /// <summary>The number of changes so far. A checkpoint of this version contains them all.</summary>
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
