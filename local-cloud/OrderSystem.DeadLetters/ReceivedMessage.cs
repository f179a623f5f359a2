using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary>A dead-letter message that was received from its queue.</summary>
/// <param name="Id">The message id.</param>
/// <param name="ReceiptHandle">The receipt handle, which is needed to delete the message or to make it visible again.</param>
/// <param name="SentAt">When the message was sent.</param>
/// <param name="Letter">The content of the message.</param>
internal sealed record ReceivedMessage(string Id, string ReceiptHandle, DateTimeOffset SentAt, DeadLetter Letter)
{
    public static ReceivedMessage Read(JsonNode received) => new(
        (string)received["MessageId"]!,
        (string)received[nameof(ReceiptHandle)]!,
        long.TryParse(DeadLetter.Text(received["Attributes"], "SentTimestamp"), CultureInfo.InvariantCulture, out var sent) ? DateTimeOffset.FromUnixTimeMilliseconds(sent) : default,
        DeadLetter.Read((string)received["Body"]!));
}
