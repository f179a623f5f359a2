using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>Writes a received message in the form of the SQS API.</summary>
internal static class MessageJson
{
    /// <param name="writer">The writer that receives the JSON.</param>
    /// <param name="message">The received message.</param>
    /// <param name="system">The requested system attributes, or <c>All</c>.</param>
    /// <param name="wanted">The requested message attributes: names, prefixes ending in <c>.*</c>, or <c>All</c>.</param>
    public static void WriteReceived(Utf8JsonWriter writer, Message message, IReadOnlySet<string> system, IReadOnlySet<string> wanted)
    {
        writer.WriteStartObject();
        writer.WriteString("MessageId", message.Id);
        writer.WriteString("ReceiptHandle", message.ReceiptHandle);
        writer.WriteString("MD5OfBody", MessageDigest.OfBody(message.Body));
        writer.WriteString("Body", message.Body);
        var attributes = SystemAttributes(message).Where(attribute => system.Contains("All") || system.Contains(attribute.Key)).ToList();
        if (attributes.Count > 0)
        {
            writer.WriteStartObject("Attributes");
            foreach (var (name, value) in attributes)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        var selected = new JsonObject(message.Attributes?
            .Where(attribute => wanted.Any(name => Selects(name, attribute.Key)))
            .Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value?.DeepClone())) ?? []);
        if (selected.Count > 0)
        {
            writer.WriteString("MD5OfMessageAttributes", MessageDigest.OfAttributes(selected));
            writer.WritePropertyName("MessageAttributes");
            selected.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>The system attributes of a message, by name.</summary>
    public static Dictionary<string, string> SystemAttributes(Message message)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SenderId"] = LocalCloudOptions.AccountId,
            ["SentTimestamp"] = Milliseconds(message.SentAt),
            ["ApproximateReceiveCount"] = message.ReceiveCount.ToString(CultureInfo.InvariantCulture),
        };
        if (message.FirstReceivedAt is { } first)
            attributes["ApproximateFirstReceiveTimestamp"] = Milliseconds(first);
        if (message.DeadLetterSourceArn is { } source)
            attributes["DeadLetterQueueSourceArn"] = source;
        if (message.TraceHeader is { } trace)
            attributes["AWSTraceHeader"] = trace;
        return attributes;
    }

    private static bool Selects(string wanted, string name) =>
        wanted is "All" or ".*" || wanted == name || (wanted.EndsWith(".*", StringComparison.Ordinal) && name.StartsWith(wanted[..^2], StringComparison.Ordinal));

    private static string Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
