using System.Buffers;
using System.Text.Json;
using OrderSystem.EventSources.Queues;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>
/// Receives messages from a local queue and converts them to the JSON of Lambda events. See "Example standard queue message
/// event" in the Lambda Developer Guide.
/// </summary>
internal sealed class QueueReader(MessageQueue queue, string region) : IQueueReader
{
    public TimeSpan VisibilityTimeout => queue.Attributes.VisibilityTimeout;

    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int maximum, TimeSpan wait, CancellationToken cancellationToken)
    {
        var messages = await queue.ReceiveAsync(maximum, null, wait, cancellationToken);
        return [.. messages.Select(message => new QueueMessage(message.Id, message.ReceiptHandle!, message.Body, Write(message)))];
    }

    public Task DeleteAsync(IReadOnlyList<QueueMessage> messages) => Task.WhenAll(messages.Select(message => queue.DeleteAsync(message.ReceiptHandle)));

    private ReadOnlyMemory<byte> Write(Message message)
    {
        var buffer = new ArrayBufferWriter<byte>(message.Body.Length + 512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("messageId", message.Id);
        writer.WriteString("receiptHandle", message.ReceiptHandle);
        writer.WriteString("body", message.Body);
        writer.WriteStartObject("attributes");
        foreach (var (name, value) in MessageJson.SystemAttributes(message))
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteStartObject("messageAttributes");
        foreach (var (name, value) in message.Attributes ?? [])
        {
            // The members DataType and StringValue of the API are dataType and stringValue in the event.
            writer.WriteStartObject(name);
            foreach (var (property, content) in value!.AsObject())
            {
                writer.WritePropertyName(char.ToLowerInvariant(property[0]) + property[1..]);
                (content ?? "").WriteTo(writer);
            }

            // SQS reserves these two lists for future use, so they are always empty.
            foreach (var list in (ReadOnlySpan<string>)["stringListValues", "binaryListValues"])
            {
                writer.WriteStartArray(list);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteString("md5OfBody", MessageDigest.OfBody(message.Body));
        if (message.Attributes is { Count: > 0 } attributes)
            writer.WriteString("md5OfMessageAttributes", MessageDigest.OfAttributes(attributes));
        writer.WriteString("eventSource", "aws:sqs");
        writer.WriteString("eventSourceARN", queue.Arn);
        writer.WriteString("awsRegion", region);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
