using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>A message in a queue.</summary>
internal sealed class Message
{
    public required string Id { get; init; }

    public required string Body { get; init; }

    /// <summary>Message attributes, in the JSON form of the API.</summary>
    public JsonObject? Attributes { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    /// <summary>Orders messages that become visible at the same moment.</summary>
    public required long Sequence { get; init; }

    /// <summary>Until then no receive returns it: it was delayed, or is in flight.</summary>
    public DateTimeOffset VisibleAt { get; set; }

    public DateTimeOffset? FirstReceivedAt { get; set; }

    public int ReceiveCount { get; set; }

    /// <summary>The handle of the latest receive; an older one deletes nothing.</summary>
    public string? ReceiptHandle { get; set; }

    /// <summary>The queue whose redrive policy moved it here.</summary>
    public string? DeadLetterSourceArn { get; init; }
}
