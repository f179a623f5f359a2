namespace OrderSystem.StatesLanguage.History;

/// <summary>One entry of an execution's append-only history.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="PreviousId">The event before it in the same branch.</param>
/// <param name="Type">What happened.</param>
/// <param name="Timestamp">When.</param>
/// <param name="Branch">Where: a resumed execution hands each branch its own events again.</param>
/// <param name="Details">What else is known.</param>
public sealed record HistoryEvent(int Id, int PreviousId, HistoryEventType Type, DateTimeOffset Timestamp, BranchKey Branch, EventDetails? Details);

/// <summary>A branch of an execution: the event that started the Parallel or Map attempt, and the branch's index in it. The default is the top level.</summary>
/// <param name="StartedEventId">The id of the <c>ParallelStateStarted</c> or <c>MapStateStarted</c> event; 0 at the top level.</param>
/// <param name="Index">The branch or item.</param>
public readonly record struct BranchKey(int StartedEventId, int Index);
