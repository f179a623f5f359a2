using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// What of a shard has been read, and what of that is dealt with. Lanes finish out of order; the checkpoint is where
/// everything before is done, with each lane's own advance beyond it.
/// </summary>
internal sealed class ShardProgress
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingRecord> _read = new();
    private readonly string _shardId;
    private readonly string?[] _laneAfter;
    private readonly string?[] _resumeAfter;
    private string? _after;
    private int _undone;
    private WindowCheckpoint? _window;

    public ShardProgress(ShardCheckpoint checkpoint, int lanes)
    {
        _shardId = checkpoint.ShardId;
        _after = checkpoint.After;
        _window = checkpoint.Window;
        // Keys are spread over another number of lanes after the factor changed: then only the common point holds.
        _resumeAfter = checkpoint.Lanes is { } kept && kept.Count == lanes ? [.. kept] : new string?[lanes];
        _laneAfter = [.. _resumeAfter];
    }

    /// <summary>Records read and not yet dealt with.</summary>
    public int Undone
    {
        get
        {
            lock (_gate)
                return _undone;
        }
    }

    /// <summary>Records remembered, done or not: those behind an undone one included.</summary>
    public int Remembered
    {
        get
        {
            lock (_gate)
                return _read.Count;
        }
    }

    /// <summary>Notes a record that was read; false where a run before this one has dealt with it.</summary>
    public bool Add(PendingRecord pending)
    {
        lock (_gate)
        {
            _read.Enqueue(pending);
            var isDone = _resumeAfter[pending.Lane] is { } resume && SequenceNumber.Compare(pending.Record.SequenceNumber, resume) <= 0;
            if (!isDone)
            {
                _undone++;
                return true;
            }

            pending.IsDone = true;
            Advance();
            return false;
        }
    }

    /// <summary>Notes a record that no filter lets through. It says nothing of those before it in its lane.</summary>
    public void Skip(PendingRecord pending)
    {
        lock (_gate)
        {
            pending.IsDone = true;
            _undone--;
            Advance();
        }
    }

    /// <summary>Notes records that are dealt with.</summary>
    public void Complete(IEnumerable<PendingRecord> done)
    {
        lock (_gate)
        {
            foreach (var pending in done)
            {
                pending.IsDone = true;
                _undone--;
                _laneAfter[pending.Lane] = pending.Record.SequenceNumber;
            }

            Advance();
        }
    }

    public void SetWindow(WindowCheckpoint? window)
    {
        lock (_gate)
            _window = window;
    }

    public ShardCheckpoint ToCheckpoint(bool finished = false)
    {
        lock (_gate)
            return new ShardCheckpoint(_shardId, _after, finished, finished || _laneAfter.Length == 1 ? null : [.. _laneAfter], _window);
    }

    private void Advance()
    {
        while (_read.TryPeek(out var head) && head.IsDone)
            _after = _read.Dequeue().Record.SequenceNumber;
    }
}
