using OrderSystem.Core.Orders;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>Lists, shows and redrives the embedded cloud's dead-letter messages.</summary>
public interface IDeadLetters
{
    /// <summary>Lists messages by number, oldest first.</summary>
    /// <param name="after">The number of the message after which the list begins; 0 to begin with the first message.</param>
    /// <param name="limit">The maximum number of messages.</param>
    /// <exception cref="StoreUnavailableException">The database file can't be read.</exception>
    IReadOnlyList<ParkedMessage> List(long after, int limit);

    /// <summary>Finds a message by its number; null if no message has that number.</summary>
    /// <exception cref="StoreUnavailableException">The database file can't be read.</exception>
    ParkedMessage? Find(long number);

    /// <summary>
    /// Redrives a message and removes it. A message about records is removed after the stream function has processed all of
    /// them. A message about a failed execution is removed in the transaction that starts a new execution.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database file can't be read or written; the message is kept.</exception>
    Task<RedriveOutcome> RedriveAsync(long number, CancellationToken cancellationToken);
}
