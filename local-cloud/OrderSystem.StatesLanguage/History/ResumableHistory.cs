namespace OrderSystem.StatesLanguage.History;

/// <summary>Selects the events of a history that a resumed execution replays.</summary>
internal static class ResumableHistory
{
    /// <summary>Returns the history without the events that a redrive discards.</summary>
    public static IReadOnlyList<HistoryEvent> Of(IReadOnlyList<HistoryEvent> history)
    {
        var kept = new List<HistoryEvent>(history.Count);
        foreach (var historyEvent in history)
        {
            if (historyEvent.Type == HistoryEventType.ExecutionRedriven)
                kept = WithoutFailures(kept, historyEvent);
            else
                kept.Add(historyEvent);
        }

        return kept;
    }

    /// <summary>
    /// Drops the event that ended the execution, and the attempts of states that did not succeed. Those states run again;
    /// the events of states that succeeded are kept.
    /// </summary>
    private static List<HistoryEvent> WithoutFailures(List<HistoryEvent> history, HistoryEvent redriven)
    {
        var inner = history.GroupBy(historyEvent => historyEvent.Branch).ToLookup(branch => branch.Key.StartedEventId);
        var kept = new List<HistoryEvent>();
        Keep(startedEventId: 0, isUnderWay: true);
        return [.. kept.OrderBy(historyEvent => historyEvent.Id)];

        // If the execution had already left a Parallel or Map attempt, all branches of the attempt are replayed as recorded, even
        // those that failed.
        void Keep(int startedEventId, bool isUnderWay)
        {
            foreach (var branch in inner[startedEventId].Select(Enumerable.ToList))
            {
                var (events, openAttempt) = isUnderWay ? Progress(branch, redriven) : (branch, 0);
                kept.AddRange(events);
                foreach (var attempt in events.Where(IsAttempt).Select(historyEvent => historyEvent.Id))
                    Keep(attempt, attempt == openAttempt);
            }
        }
    }

    /// <summary>
    /// For an unsuccessful branch, returns the events to keep, and the id of the Parallel or Map attempt that continues (0
    /// if no attempt continues).
    /// </summary>
    private static (List<HistoryEvent> Events, int OpenAttempt) Progress(List<HistoryEvent> branch, HistoryEvent redriven)
    {
        var done = branch[..(branch.FindLastIndex(IsTransition) + 1)];
        var rest = branch[done.Count..];
        // A Parallel or Map attempt continues with its unfinished branches, unless the whole state had been retried.
        if (rest.Count(IsAttempt) != 1)
            return (done, 0);
        var started = rest.FindIndex(IsAttempt);
        var attempt = rest[started].Id;
        var run = rest.Skip(started + 1).TakeWhile(IsOfMapRun).ToList();
        if (run.Count == 0)
            return ([.. done, .. rest[..(started + 1)]], attempt);
        // A failed map run is redriven rather than replaced with a new map run. If a map run succeeded but its output was
        // invalid, a new map run is started.
        return rest.Exists(historyEvent => historyEvent.Type == HistoryEventType.MapRunSucceeded)
            ? (done, 0)
            : ([.. done, .. rest[..(started + 1)], .. run, redriven with { Branch = branch[0].Branch }], attempt);
    }

    private static bool IsOfMapRun(HistoryEvent historyEvent) => historyEvent.Type is HistoryEventType.MapRunStarted or HistoryEventType.MapRunRedriven or HistoryEventType.ExecutionRedriven;

    private static bool IsAttempt(HistoryEvent historyEvent) => historyEvent.Type is HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted;

    private static bool IsTransition(HistoryEvent historyEvent) => historyEvent.Type switch
    {
        HistoryEventType.ExecutionStarted or HistoryEventType.MapIterationStarted or HistoryEventType.MapIterationSucceeded => true,
        HistoryEventType.FailStateEntered => false,
        _ => historyEvent.Details is StateEnteredDetails or StateExitedDetails,
    };
}
