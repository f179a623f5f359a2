namespace OrderSystem.StatesLanguage.History;

/// <summary>Where an execution's history goes. Called by one thread at a time.</summary>
public interface IExecutionJournal
{
    /// <summary>Takes an event; its id is one more than that of the event before.</summary>
    void Append(HistoryEvent historyEvent);

    /// <summary>Returns when every event so far would survive the end of the process. Called before each effect of an execution.</summary>
    /// <exception cref="HistoryUnavailableException">They can't be kept now.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}

/// <summary>An execution's history can't be kept now. It stops where it is, not ended, and can be resumed from what was kept.</summary>
public sealed class HistoryUnavailableException(string message, Exception innerException) : Exception(message, innerException);
