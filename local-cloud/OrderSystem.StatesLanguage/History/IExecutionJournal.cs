namespace OrderSystem.StatesLanguage.History;

/// <summary>Stores an execution's history. A journal is never called by more than one thread at a time.</summary>
public interface IExecutionJournal
{
    /// <summary>Appends an event. The event's id is the previous event's id plus one.</summary>
    void Append(HistoryEvent historyEvent);

    /// <summary>
    /// The returned task completes when all events that were appended so far are durable. An execution calls this method before
    /// each effect outside the execution, such as a service call.
    /// </summary>
    /// <exception cref="HistoryUnavailableException">The events cannot be stored at the moment.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>The history cannot be stored at the moment. The execution stops and can be resumed from the stored events.</summary>
public sealed class HistoryUnavailableException(string message, Exception innerException) : Exception(message, innerException);
