namespace OrderSystem.StatesLanguage.History;

/// <summary>One event of an execution's append-only history.</summary>
/// <param name="Id">The number of the event, starting at 1.</param>
/// <param name="PreviousId">The id of the previous event in the same branch.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="Timestamp">When the event happened.</param>
/// <param name="Branch">The branch in which the event happened and in which a resumed execution replays it.</param>
/// <param name="Details">The details of the event, if any.</param>
public sealed record HistoryEvent(int Id, int PreviousId, HistoryEventType Type, DateTimeOffset Timestamp, BranchKey Branch, EventDetails? Details);

/// <summary>
/// Identifies a branch of an execution by its Parallel or Map attempt and its index. The default value identifies the top
/// level.
/// </summary>
/// <param name="StartedEventId">The id of the <c>ParallelStateStarted</c> or <c>MapStateStarted</c> event; 0 at the top level.</param>
/// <param name="Index">The index of the branch or item.</param>
public readonly record struct BranchKey(int StartedEventId, int Index);
