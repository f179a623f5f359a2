using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrderSystem.EventSources.Batches;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Failures;

/// <summary>
/// Writes the metadata record of a discarded batch. The metadata record includes the batch's records only for destinations that
/// take them, as S3 does in AWS; otherwise the records are available only in the stream. Lambda Developer Guide: "Retain
/// discarded records for a DynamoDB event source in Lambda".
/// </summary>
internal static class DiscardedBatch
{
    /// <param name="streamArn">The ARN of the stream.</param>
    /// <param name="shardId">The id of the shard.</param>
    /// <param name="records">The discarded records, in order.</param>
    /// <param name="condition">Why the records were discarded.</param>
    /// <param name="functionArn">The ARN of the function.</param>
    /// <param name="requestId">The request id of the last invocation.</param>
    /// <param name="invocations">The number of invocations with these records.</param>
    /// <param name="functionError">
    /// The error of the last invocation; null if the function returned a response or was not invoked.
    /// </param>
    /// <param name="now">The timestamp of the metadata record.</param>
    /// <param name="withPayload">Whether to include the batch itself.</param>
    public static ReadOnlyMemory<byte> Write(
        string streamArn, string shardId, IReadOnlyList<StreamRecord> records, DiscardCondition condition,
        string functionArn, string requestId, int invocations, string? functionError, DateTimeOffset now, bool withPayload = false)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartObject("requestContext");
        writer.WriteString("requestId", requestId);
        writer.WriteString("functionArn", functionArn);
        writer.WriteString("condition", condition.ToString());
        writer.WriteNumber("approximateInvokeCount", invocations);
        writer.WriteEndObject();
        // If the records are discarded because of their age, AWS omits responseContext, even if the function was
        // invoked with the records before.
        if (invocations > 0 && condition != DiscardCondition.RecordAgeExceeded)
        {
            writer.WriteStartObject("responseContext");
            writer.WriteNumber("statusCode", 200);
            writer.WriteString("executedVersion", "$LATEST");
            writer.WriteString("functionError", functionError);
            writer.WriteEndObject();
        }

        writer.WriteString("version", "1.0");
        writer.WriteString("timestamp", Milliseconds(now));
        writer.WriteStartObject("DDBStreamBatchInfo");
        writer.WriteString("shardId", shardId);
        writer.WriteString("startSequenceNumber", records[0].SequenceNumber);
        writer.WriteString("endSequenceNumber", records[^1].SequenceNumber);
        writer.WriteString("approximateArrivalOfFirstRecord", Seconds(records[0].CreatedAt));
        writer.WriteString("approximateArrivalOfLastRecord", Seconds(records[^1].CreatedAt));
        writer.WriteNumber("batchSize", records.Count);
        writer.WriteString("streamArn", streamArn);
        writer.WriteEndObject();
        if (withPayload)
            writer.WriteString("payload", BatchEvent.Write(records.Select(record => record.Json)).Span);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Milliseconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
