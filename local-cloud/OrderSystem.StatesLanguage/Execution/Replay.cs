using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage;

/// <summary>
/// The history of an execution that is resumed. The interpreter runs from the start again; each branch is handed its own
/// events instead of adding new ones, and finished tasks, waits and callbacks answer from them. A branch that is through
/// with its events waits until all are, so that nothing new happens before the whole execution has caught up.
/// </summary>
internal sealed class Replay
{
    private readonly Dictionary<BranchKey, Queue<HistoryEvent>> _branches = [];
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    public Replay(IReadOnlyList<HistoryEvent> recorded)
    {
        foreach (var historyEvent in recorded)
        {
            if (!_branches.TryGetValue(historyEvent.Branch, out var events))
                _branches.Add(historyEvent.Branch, events = new Queue<HistoryEvent>());
            events.Enqueue(historyEvent);
        }

        _left = recorded.Count;
    }

    /// <summary>Completed when every event was handed out.</summary>
    public Task Finished => _finished.Task;

    public Queue<HistoryEvent>? Take(BranchKey key)
    {
        lock (_branches)
            return _branches.GetValueOrDefault(key);
    }

    public void Consumed(int count)
    {
        if (Interlocked.Add(ref _left, -count) == 0)
            _finished.TrySetResult();
    }

    /// <summary>Notes that an event is not played, and none of the branches it started.</summary>
    public void Skipped(HistoryEvent historyEvent)
    {
        if (historyEvent.Type is HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted)
            Drop(historyEvent.Id);
        Consumed(1);
    }

    /// <summary>Drops what is left of an ended attempt: a branch that was cancelled may have gone further than it does now.</summary>
    public void Drop(int startedEventId)
    {
        lock (_branches)
        {
            foreach (var (key, events) in _branches)
            {
                if (key.StartedEventId != startedEventId || events.Count == 0)
                    continue;
                var dropped = events.ToArray();
                events.Clear();
                foreach (var historyEvent in dropped)
                    Skipped(historyEvent);
            }
        }
    }
}
