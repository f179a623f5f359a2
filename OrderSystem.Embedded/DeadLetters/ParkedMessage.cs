using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.Embedded.DeadLetters;

/// <summary>A message that waits for a person.</summary>
public sealed class ParkedMessage
{
    private const string Subject = "order";

    internal ParkedMessage(long number, string queue, DateTimeOffset sentAt, string body) =>
        (Number, Queue, SentAt, Letter) = (number, queue, sentAt, DeadLetter.Read(body));

    /// <summary>Its number, which no other message ever has.</summary>
    public long Number { get; }

    /// <summary>The queue it was sent to.</summary>
    public string Queue { get; }

    /// <summary>When it was sent.</summary>
    public DateTimeOffset SentAt { get; }

    /// <summary>Why it is here.</summary>
    public string Why => Letter.Why;

    /// <summary>What it is about.</summary>
    public string What => Letter.What;

    /// <summary>The orders that it is about, as far as it names them.</summary>
    public IReadOnlyList<string> OrderIds => Letter switch
    {
        DeadLetter.Execution execution => execution.IdOf(Subject) is { } orderId ? [orderId] : [],
        DeadLetter.Records { Payload: { } payload } => [.. ParkedBatch.Read(payload).OrderIds.Distinct(StringComparer.Ordinal)],
        _ => [],
    };

    internal DeadLetter Letter { get; }

    /// <summary>The whole of it, payment tokens hidden.</summary>
    public JsonNode Shown() => Letter.Shown();
}
