using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.DeadLetters;

namespace OrderSystem.DeadLetters;

/// <summary>A message as SQS received it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ReceiptHandle">Deletes it, or gives it back.</param>
/// <param name="SentAt">When it was parked.</param>
/// <param name="Letter">What it is.</param>
internal sealed record ReceivedMessage(string Id, string ReceiptHandle, DateTimeOffset SentAt, DeadLetter Letter)
{
    public static ReceivedMessage Read(JsonNode received) => new(
        (string)received["MessageId"]!,
        (string)received[nameof(ReceiptHandle)]!,
        long.TryParse(DeadLetter.Text(received["Attributes"], "SentTimestamp"), CultureInfo.InvariantCulture, out var sent) ? DateTimeOffset.FromUnixTimeMilliseconds(sent) : default,
        DeadLetter.Read((string)received["Body"]!));
}
