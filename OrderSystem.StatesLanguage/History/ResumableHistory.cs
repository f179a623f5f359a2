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
        var kept = history.GroupBy(historyEvent => historyEvent.Branch).SelectMany(branch => Progress([.. branch], redriven)).OrderBy(historyEvent => historyEvent.Id).ToList();
        // Branches whose attempt was dropped go with it, and those inside of them.
        while (true)
        {
            var attempts = kept.Where(IsAttempt).Select(historyEvent => historyEvent.Id).ToHashSet();
            if (kept.RemoveAll(historyEvent => historyEvent.Branch.StartedEventId != 0 && !attempts.Contains(historyEvent.Branch.StartedEventId)) == 0)
                return kept;
        }
    }

    private static IEnumerable<HistoryEvent> Progress(List<HistoryEvent> branch, HistoryEvent redriven)
    {
        var last = branch.FindLastIndex(IsTransition);
        var rest = branch.Skip(last + 1).ToList();
        // A Parallel or Map attempt goes on with its unfinished branches, unless it had been retried as a whole.
        if (rest.Count(IsAttempt) != 1)
            return branch.Take(last + 1);
        var started = rest.FindIndex(IsAttempt);
        var run = rest.Skip(started + 1).TakeWhile(IsOfMapRun).ToList();
        if (run.Count == 0)
            return branch.Take(last + 1 + started + 1);
        // A map run is redriven, and its place in the history tells so; one that had succeeded, with an output that was none, starts anew.
        return rest.Exists(historyEvent => historyEvent.Type == HistoryEventType.MapRunSucceeded)
            ? branch.Take(last + 1)
            : [.. branch.Take(last + 1 + started + 1), .. run, redriven with { Branch = branch[0].Branch }];
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
