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
                kept = WithoutFailures(kept);
            else
                kept.Add(historyEvent);
        }

        return kept;
    }

    /// <summary>
    /// Drops the end of the execution and the attempts of the states that did not succeed, so that those states are tried
    /// again while everything that succeeded is kept.
    /// </summary>
    private static List<HistoryEvent> WithoutFailures(List<HistoryEvent> history)
    {
        var kept = history.GroupBy(historyEvent => historyEvent.Branch).SelectMany(branch => Progress([.. branch])).OrderBy(historyEvent => historyEvent.Id).ToList();
        // Branches whose attempt was dropped go with it, and those inside of them.
        while (true)
        {
            var attempts = kept.Where(IsAttempt).Select(historyEvent => historyEvent.Id).ToHashSet();
            if (kept.RemoveAll(historyEvent => historyEvent.Branch.StartedEventId != 0 && !attempts.Contains(historyEvent.Branch.StartedEventId)) == 0)
                return kept;
        }
    }

    private static IEnumerable<HistoryEvent> Progress(List<HistoryEvent> branch)
    {
        var last = branch.FindLastIndex(IsTransition);
        var attempts = branch.Skip(last + 1).Where(IsAttempt).ToList();
        // A Parallel or Map attempt goes on with its unfinished branches, unless it had been retried as a whole.
        return attempts is [var only] ? branch.Take(branch.IndexOf(only) + 1) : branch.Take(last + 1);
    }

    private static bool IsAttempt(HistoryEvent historyEvent) => historyEvent.Type is HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted;

    private static bool IsTransition(HistoryEvent historyEvent) => historyEvent.Type switch
    {
        HistoryEventType.ExecutionStarted or HistoryEventType.MapIterationStarted or HistoryEventType.MapIterationSucceeded => true,
        HistoryEventType.FailStateEntered => false,
        _ => historyEvent.Details is StateEnteredDetails or StateExitedDetails,
    };
}
