using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace OrderSystem.EventSources.Batches;

/// <summary>Writes the event payload that the function receives.</summary>
internal static class BatchEvent
{
    /// <summary>The maximum payload of a synchronous invocation, in bytes.</summary>
    public const int MaximumBytes = 6 * 1024 * 1024;

    /// <summary>An upper bound for the size of the JSON around the records, in bytes.</summary>
    public const int EnvelopeBytes = 1024;

    /// <summary>Writes the payload <c>{"Records":[…]}</c>.</summary>
    public static ReadOnlyMemory<byte> Write(IEnumerable<ReadOnlyMemory<byte>> records)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteRecords(writer, records);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Writes the payload with the records and the state of a tumbling window.</summary>
    public static ReadOnlyMemory<byte> Write(
        IEnumerable<ReadOnlyMemory<byte>> records, TumblingWindow window, WindowInvocation invocation, string shardId, string streamArn)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteRecords(writer, records);
        writer.WriteStartObject("window");
        writer.WriteString("start", Seconds(window.Start));
        writer.WriteString("end", Seconds(window.End));
        writer.WriteEndObject();
        writer.WritePropertyName("state");
        writer.WriteRawValue(window.State, skipInputValidation: true);
        writer.WriteString("shardId", shardId);
        writer.WriteString("eventSourceARN", streamArn);
        writer.WriteBoolean("isFinalInvokeForWindow", invocation == WindowInvocation.Final);
        writer.WriteBoolean("isWindowTerminatedEarly", invocation == WindowInvocation.TerminatedEarly);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteRecords(Utf8JsonWriter writer, IEnumerable<ReadOnlyMemory<byte>> records)
    {
        writer.WriteStartArray("Records");
        foreach (var record in records)
            writer.WriteRawValue(record.Span, skipInputValidation: true);
        writer.WriteEndArray();
    }

    private static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
