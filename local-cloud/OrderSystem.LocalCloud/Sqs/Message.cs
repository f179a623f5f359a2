using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>A message in a queue.</summary>
internal sealed class Message
{
    public required string Id { get; init; }

    public required string Body { get; init; }

    /// <summary>The message attributes, in the JSON form of the SQS API; null if the message has none.</summary>
    public JsonObject? Attributes { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The number that orders messages that become visible at the same time.</summary>
    public required long Sequence { get; init; }

    /// <summary>
    /// The time from which a receive may return the message. Until then, the message is delayed or in flight.
    /// </summary>
    public DateTimeOffset VisibleAt { get; set; }

    public DateTimeOffset? FirstReceivedAt { get; set; }

    public int ReceiveCount { get; set; }

    /// <summary>
    /// The receipt handle of the latest receive. Receipt handles from earlier receives can no longer be used to delete the
    /// message.
    /// </summary>
    public string? ReceiptHandle { get; set; }

    /// <summary>
    /// The ARN of the queue whose redrive policy moved the message here; null if the message was sent to this queue.
    /// </summary>
    public string? DeadLetterSourceArn { get; init; }

    /// <summary>The system attribute <c>AWSTraceHeader</c>; null if the message was sent without it.</summary>
    public string? TraceHeader { get; init; }
}
