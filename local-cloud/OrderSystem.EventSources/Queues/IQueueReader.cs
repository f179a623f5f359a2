namespace OrderSystem.EventSources.Queues;

/// <summary>Receives from one queue.</summary>
public interface IQueueReader
{
    /// <summary>How long received messages stay hidden: as long as a batch may be tried again while it is in hand.</summary>
    TimeSpan VisibilityTimeout { get; }

    /// <summary>Receives up to so many messages, waiting for the first. They stay hidden for the queue's visibility timeout.</summary>
    Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int maximum, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Deletes messages that are dealt with.</summary>
    Task DeleteAsync(IReadOnlyList<QueueMessage> messages);
}

/// <summary>A received message.</summary>
/// <param name="MessageId">Its id: the item identifier of a partial batch response.</param>
/// <param name="ReceiptHandle">Deletes it.</param>
/// <param name="Body">Its text.</param>
/// <param name="Json">The message as the function receives it.</param>
public sealed record QueueMessage(string MessageId, string ReceiptHandle, string Body, ReadOnlyMemory<byte> Json);
