using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrderSystem.EventSources.DeadLetters;

/// <summary>The position of discarded records in their stream.</summary>
public sealed record RecordRange(string StreamArn, string ShardId, string First, string Last, int Count, DateTimeOffset FirstArrivedAt, DateTimeOffset LastArrivedAt)
{
    /// <summary>Reads a <c>DDBStreamBatchInfo</c>; returns false if it is malformed.</summary>
    public static bool TryRead(JsonObject info, [NotNullWhen(true)] out RecordRange? range)
    {
        range = DeadLetter.Text(info, "streamArn") is { } stream && DeadLetter.Text(info, "shardId") is { } shard
            && DeadLetter.Text(info, "startSequenceNumber") is { } first && DeadLetter.Text(info, "endSequenceNumber") is { } last
            && int.TryParse(info["batchSize"]?.ToString(), CultureInfo.InvariantCulture, out var count)
            && Time(info, "approximateArrivalOfFirstRecord") is { } firstAt && Time(info, "approximateArrivalOfLastRecord") is { } lastAt
            && stream.Split(':') is { Length: >= 6 } && stream.Contains("/stream/", StringComparison.Ordinal)
                ? new RecordRange(stream, shard, first, last, count, firstAt, lastAt) : null;
        return range is not null;
    }

    private static DateTimeOffset? Time(JsonObject info, string property) =>
        DateTimeOffset.TryParse(DeadLetter.Text(info, property), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
