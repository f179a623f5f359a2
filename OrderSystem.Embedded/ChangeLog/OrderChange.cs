using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrderSystem.EventSources.Streams;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.ChangeLog;

/// <summary>A change to an order, as a record of the change log.</summary>
/// <param name="OrderId">The order's id.</param>
/// <param name="EventName"><c>INSERT</c> or <c>MODIFY</c>.</param>
/// <param name="CreatedAt">When the change was made.</param>
/// <param name="Image">The order after the change, as an item in DynamoDB JSON.</param>
internal sealed record OrderChange(string OrderId, string EventName, DateTimeOffset CreatedAt, byte[] Image)
{
    /// <summary>Writes the change to the change log, in the current transaction.</summary>
    public void Write(Session session) => session.Execute(
        "INSERT INTO changes (item, event, created, image) VALUES (?1, ?2, ?3, ?4)", OrderId, EventName, CreatedAt.UtcTicks, Image);

    /// <summary>
    /// Creates the record that a function receives. Lambda Developer Guide: "Using AWS Lambda with Amazon DynamoDB".
    /// </summary>
    public StreamRecord ToRecord(long sequence, string streamArn)
    {
        var number = sequence.ToString(CultureInfo.InvariantCulture);
        var buffer = new ArrayBufferWriter<byte>(Image.Length + 512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("eventID", number);
        writer.WriteString("eventName", EventName);
        writer.WriteString("eventVersion", "1.1");
        writer.WriteString("eventSource", "aws:dynamodb");
        writer.WriteStartObject("dynamodb");
        writer.WriteNumber("ApproximateCreationDateTime", CreatedAt.ToUnixTimeSeconds());
        writer.WriteStartObject("Keys");
        writer.WriteStartObject("orderId");
        writer.WriteString("S", OrderId);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WritePropertyName("NewImage");
        writer.WriteRawValue(Image, skipInputValidation: true);
        writer.WriteString("SequenceNumber", number);
        writer.WriteNumber("SizeBytes", Image.Length);
        writer.WriteString("StreamViewType", "NEW_IMAGE");
        writer.WriteEndObject();
        writer.WriteString("eventSourceARN", streamArn);
        writer.WriteEndObject();
        writer.Flush();
        return new StreamRecord(number, OrderId, CreatedAt, buffer.WrittenSpan.ToArray());
    }
}
