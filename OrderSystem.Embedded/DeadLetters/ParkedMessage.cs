using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>A dead-letter message.</summary>
public sealed class ParkedMessage
{
    private const string Subject = "order";

    internal ParkedMessage(long number, string queue, DateTimeOffset sentAt, string body) =>
        (Number, Queue, SentAt, Letter) = (number, queue, sentAt, DeadLetter.Read(body));

    /// <summary>The message's number, which is never reused.</summary>
    public long Number { get; }

    /// <summary>The queue that the message was sent to.</summary>
    public string Queue { get; }

    /// <summary>When the message was sent.</summary>
    public DateTimeOffset SentAt { get; }

    /// <summary>Why the message was sent.</summary>
    public string Why => Letter.Why;

    /// <summary>The execution or the records that the message is about, as text.</summary>
    public string What => Letter.What;

    /// <summary>The ids of the orders that the message is about; empty if the message names no order.</summary>
    public IReadOnlyList<string> OrderIds => Letter switch
    {
        DeadLetter.Execution execution => execution.IdOf(Subject) is { } orderId ? [orderId] : [],
        DeadLetter.Records { Payload: { } payload } => [.. ParkedBatch.Read(payload).OrderIds.Distinct(StringComparer.Ordinal)],
        _ => [],
    };

    internal DeadLetter Letter { get; }

    /// <summary>Returns the whole message, with payment tokens hidden.</summary>
    public JsonNode Shown() => Letter.Shown();
}
