using OrderSystem.Core.Orders;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>What the embedded cloud gave up, for people: to look at and to try again.</summary>
public interface IDeadLetters
{
    /// <summary>Messages in the order of their numbers, oldest first.</summary>
    /// <param name="after">The number before the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="StoreUnavailableException">The file can't be read.</exception>
    IReadOnlyList<ParkedMessage> List(long after, int limit);

    /// <summary>A message; null if the number is unknown.</summary>
    /// <exception cref="StoreUnavailableException">The file can't be read.</exception>
    ParkedMessage? Find(long number);

    /// <summary>
    /// Tries again what a message is about, and removes it once that is done: records when the stream function took them all,
    /// an execution together with the start of another.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The file can't be read or written; the message stays.</exception>
    Task<RedriveOutcome> RedriveAsync(long number, CancellationToken cancellationToken);
}
