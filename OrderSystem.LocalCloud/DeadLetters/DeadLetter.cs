using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.DeadLetters;

/// <summary>A message of the dead-letter queue.</summary>
/// <param name="Message">As it was received.</param>
internal abstract record DeadLetter(ReceivedMessage Message)
{
    /// <summary>Why it is here.</summary>
    public abstract string Why { get; }

    /// <summary>What it is about.</summary>
    public abstract string What { get; }

    /// <summary>Records of a stream that the event source mapping gave up.</summary>
    public sealed record Records(ReceivedMessage Message, string Why, string FunctionArn, RecordRange Range) : DeadLetter(Message)
    {
        public override string Why { get; } = Why;

        public override string What => Range.Count == 1 ? $"1 record of {Range.ShardId}: {Range.First}" : $"{Range.Count} records of {Range.ShardId}: {Range.First} to {Range.Last}";
    }

    /// <summary>An order that its workflow gave up.</summary>
    public sealed record Execution(ReceivedMessage Message, string Why, string Arn, string OrderId) : DeadLetter(Message)
    {
        public override string Why { get; } = Why;

        public override string What => $"order {OrderId}, execution {Arn[(Arn.LastIndexOf(':') + 1)..]}";
    }

    /// <summary>An event that its function did not take in its asynchronous invocations.</summary>
    public sealed record Event(ReceivedMessage Message, string Why, string FunctionArn, JsonNode Payload) : DeadLetter(Message)
    {
        public override string Why { get; } = Why;

        public override string What => $"an event of {FunctionArn[(FunctionArn.LastIndexOf(":function:", StringComparison.Ordinal) + 10)..]}";
    }

    /// <summary>Anything else: people may read it, nothing can be done for them.</summary>
    public sealed record Other(ReceivedMessage Message) : DeadLetter(Message)
    {
        public override string Why => "unknown";

        public override string What => Message.Body.Length <= 60 ? Message.Body : Message.Body[..60] + "…";
    }

    /// <summary>Reads a message as SQS received it.</summary>
    public static DeadLetter Read(JsonNode received)
    {
        var message = ReceivedMessage.Read(received);
        try
        {
            if (JsonNode.Parse(message.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) is JsonObject document)
                return (DeadLetter?)OfMapping(message, document) ?? (DeadLetter?)OfInvocation(message, document) ?? (DeadLetter?)OfWorkflow(message, document) ?? new Other(message);
        }
        catch (JsonException)
        {
            // No letter of ours.
        }

        return new Other(message);
    }

    private static Records? OfMapping(ReceivedMessage message, JsonObject document) =>
        document["DDBStreamBatchInfo"] is JsonObject info && RecordRange.TryRead(info, out var range) && Text(document["requestContext"], "functionArn") is { } function
            ? new Records(message, Text(document["requestContext"], "condition") ?? "", function, range) : null;

    private static Event? OfInvocation(ReceivedMessage message, JsonObject document) =>
        document["requestPayload"] is { } payload && Text(document["requestContext"], "functionArn") is { } function
            ? new Event(message, Text(document["requestContext"], "condition") ?? "", function, payload) : null;

    private static Execution? OfWorkflow(ReceivedMessage message, JsonObject document) =>
        Text(document, "execution") is { } execution
            ? new Execution(message, Text(document["error"], "Error") ?? document["error"]?.ToString() ?? "workflow gave up", execution, document["orderId"]?.ToString() ?? "?") : null;

    internal static string? Text(JsonNode? holder, string property) =>
        (holder as JsonObject)?[property] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;
}

/// <summary>A message as SQS received it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ReceiptHandle">Deletes it, or gives it back.</param>
/// <param name="SentAt">When it was parked.</param>
/// <param name="Body">Its text.</param>
internal sealed record ReceivedMessage(string Id, string ReceiptHandle, DateTimeOffset SentAt, string Body)
{
    public static ReceivedMessage Read(JsonNode received) => new(
        (string)received["MessageId"]!,
        (string)received[nameof(ReceiptHandle)]!,
        long.TryParse(DeadLetter.Text(received["Attributes"], "SentTimestamp"), CultureInfo.InvariantCulture, out var sent) ? DateTimeOffset.FromUnixTimeMilliseconds(sent) : default,
        (string)received[nameof(Body)]!);
}

/// <summary>Where records were in their stream.</summary>
internal sealed record RecordRange(string StreamArn, string ShardId, string First, string Last, int Count, DateTimeOffset FirstArrivedAt, DateTimeOffset LastArrivedAt)
{
    /// <summary>Reads a <c>DDBStreamBatchInfo</c>; false where it is none.</summary>
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
