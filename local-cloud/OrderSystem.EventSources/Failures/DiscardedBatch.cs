using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Failures;

/// <summary>
/// The metadata record of a batch that was given up; the records themselves stay in the stream, and go with it only where
/// the destination takes them. Lambda Developer Guide:
/// "Retain discarded records for a DynamoDB event source in Lambda".
/// </summary>
internal static class DiscardedBatch
{
    /// <param name="streamArn">The stream.</param>
    /// <param name="shardId">The shard.</param>
    /// <param name="records">The records given up, in order.</param>
    /// <param name="condition">Why.</param>
    /// <param name="functionArn">The function that did not take them.</param>
    /// <param name="requestId">The last invocation that tried.</param>
    /// <param name="invocations">How many did.</param>
    /// <param name="functionError">How the last one failed; null where none was made, or it answered.</param>
    /// <param name="now">The time of the record.</param>
    /// <param name="withPayload">Whether the batch itself goes with it.</param>
    public static ReadOnlyMemory<byte> Write(
        string streamArn, string shardId, IReadOnlyList<StreamRecord> records, string condition,
        string functionArn, string requestId, int invocations, string? functionError, DateTimeOffset now, bool withPayload = false)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartObject("requestContext");
        writer.WriteString("requestId", requestId);
        writer.WriteString("functionArn", functionArn);
        writer.WriteString("condition", condition);
        writer.WriteNumber("approximateInvokeCount", invocations);
        writer.WriteEndObject();
        if (invocations > 0)
        {
            writer.WriteStartObject("responseContext");
            writer.WriteNumber("statusCode", 200);
            writer.WriteString("executedVersion", "$LATEST");
            if (functionError is not null)
                writer.WriteString("functionError", functionError);
            writer.WriteEndObject();
        }

        writer.WriteString("version", "1.0");
        writer.WriteString("timestamp", Milliseconds(now));
        writer.WriteStartObject("DDBStreamBatchInfo");
        writer.WriteString("shardId", shardId);
        writer.WriteString("startSequenceNumber", records[0].SequenceNumber);
        writer.WriteString("endSequenceNumber", records[^1].SequenceNumber);
        writer.WriteString("approximateArrivalOfFirstRecord", Milliseconds(records[0].CreatedAt));
        writer.WriteString("approximateArrivalOfLastRecord", Milliseconds(records[^1].CreatedAt));
        writer.WriteNumber("batchSize", records.Count);
        writer.WriteString("streamArn", streamArn);
        writer.WriteEndObject();
        if (withPayload)
            writer.WriteString("payload", BatchEvent.Write(records.Select(record => record.Json)).Span);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static string Milliseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
