using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Scheduling;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// What of a shard has been read, and what of that is dealt with. Lanes finish out of order; the checkpoint is where
/// everything before is done, with each lane's own advance beyond it.
/// </summary>
internal sealed class ShardProgress
{
    /// <summary>Records remembered although they are done, behind one that is not: reading on is worth no more than this.</summary>
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
        // Keys are spread over another number of lanes after the factor changed: then only the common point holds.
        _resumeAfter = checkpoint.Lanes is { } kept && kept.Count == lanes ? [.. kept] : new string?[lanes];
        _laneAfter = [.. _resumeAfter];
        // Each lane has a batch in hand and the next one waiting, and then there is the page that is read.
        _maximumUndone = Math.Max(ShardConsumer.PagesAhead * ShardConsumer.PageLimit, 2 * lanes * configuration.BatchSize);
        _maximumBytes = 2L * (lanes + 1) * BatchEvent.MaximumBytes;
    }

    /// <summary>Completes at the next change.</summary>
    public Task Changed => _changed.Next;

    /// <summary>Whether enough is read: the function is behind, or one record holds up the checkpoint of very many.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate)
                return _undone >= _maximumUndone || _undoneBytes >= _maximumBytes || _read.Count >= MaximumRemembered;
        }
    }

    /// <summary>When the oldest record was made that is not dealt with; null where all are.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_gate)
                return _read.TryPeek(out var head) ? head.Record.CreatedAt : null;
        }
    }

    /// <summary>Notes a record that was read; false where a run before this one has dealt with it.</summary>
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

    /// <summary>Notes a record that no filter lets through. It says nothing of those before it in its lane.</summary>
    public void Skip(PendingRecord pending)
    {
        lock (_gate)
        {
            Complete(pending);
            Advance();
        }
    }

    /// <summary>Notes records that are dealt with, together with the tumbling window that has taken them in.</summary>
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

    /// <summary>Notes the window that is open from now on; null where none is.</summary>
    public void SetWindow(WindowCheckpoint? window)
    {
        lock (_gate)
        {
            _window = window;
            _version++;
        }
    }

    /// <summary>Counts the changes so far: a checkpoint of this version has them all.</summary>
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
