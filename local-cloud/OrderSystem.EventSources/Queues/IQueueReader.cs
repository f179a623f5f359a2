namespace OrderSystem.EventSources.Queues;

/// <summary>Receives and deletes the messages of one queue.</summary>
public interface IQueueReader
{
    /// <summary>
    /// How long received messages stay hidden from other consumers. A throttled batch is retried only while its messages
    /// are hidden.
    /// </summary>
    TimeSpan VisibilityTimeout { get; }

    /// <summary>
    /// Receives messages, and waits if there are none. Received messages are hidden from other consumers for the visibility
    /// timeout.
    /// </summary>
    Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int maximum, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Deletes messages that the function processed or a filter rejected.</summary>
    Task DeleteAsync(IReadOnlyList<QueueMessage> messages);
}

/// <summary>A received message.</summary>
/// <param name="MessageId">The message id, which is the item identifier in a partial batch response.</param>
/// <param name="ReceiptHandle">The receipt handle, which is needed to delete the message.</param>
/// <param name="Body">The body of the message.</param>
/// <param name="Json">The message as the function receives it, in JSON.</param>
public sealed record QueueMessage(string MessageId, string ReceiptHandle, string Body, ReadOnlyMemory<byte> Json);
