namespace OrderSystem.StatesLanguage.History;

/// <summary>What of a history a resumed execution plays again.</summary>
public static class ResumableHistory
{
    /// <summary>The history without what redriving undid.</summary>
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
    /// Drops the end of the execution and the attempts of the states that did not succeed, so that those states are tried
    /// again while everything that succeeded is kept.
    /// </summary>
    private static List<HistoryEvent> WithoutFailures(List<HistoryEvent> history, HistoryEvent redriven)
    {
        var inner = history.GroupBy(historyEvent => historyEvent.Branch).ToLookup(branch => branch.Key.StartedEventId);
        var kept = new List<HistoryEvent>();
        Keep(startedEventId: 0, isUnderWay: true);
        return [.. kept.OrderBy(historyEvent => historyEvent.Id)];

        // The branches of an attempt that the execution went on from, even if they failed, are played as they were.
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

    /// <summary>What is kept of a branch that did not end well, and the attempt in it that goes on: 0 if none does.</summary>
    private static (List<HistoryEvent> Events, int OpenAttempt) Progress(List<HistoryEvent> branch, HistoryEvent redriven)
    {
        var done = branch[..(branch.FindLastIndex(IsTransition) + 1)];
        var rest = branch[done.Count..];
        // A Parallel or Map attempt goes on with its unfinished branches, unless it had been retried as a whole.
        if (rest.Count(IsAttempt) != 1)
            return (done, 0);
        var started = rest.FindIndex(IsAttempt);
        var attempt = rest[started].Id;
        var run = rest.Skip(started + 1).TakeWhile(IsOfMapRun).ToList();
        if (run.Count == 0)
            return ([.. done, .. rest[..(started + 1)]], attempt);
        // A map run is redriven, and its place in the history tells so; one that had succeeded, with an output that was none, starts anew.
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
