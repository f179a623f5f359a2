using OrderSystem.StatesLanguage.History;

namespace OrderSystem.StatesLanguage.Engine;

/// <summary>
/// The history of an execution that is being resumed. The interpreter runs again from the start: each branch replays
/// its own recorded events instead of appending new ones, and tasks, waits and callbacks that had finished return their
/// recorded results. A branch that has replayed all its events waits for the other branches, so that nothing new happens
/// before the whole history is replayed.
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

    /// <summary>Completes when every recorded event has been replayed or dropped.</summary>
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

    /// <summary>Counts an event as dropped, together with all events of the branches that it started.</summary>
    public void Skipped(HistoryEvent historyEvent)
    {
        if (historyEvent.Type is HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted)
            Drop(historyEvent.Id);
        Consumed(1);
    }

    /// <summary>
    /// Drops the events that remain to be replayed in the branches of a Parallel or Map attempt. Events remain if a branch ran
    /// further before the execution was interrupted than it ran during the replay.
    /// </summary>
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
