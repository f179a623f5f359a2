using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.LocalCloud.DeadLetters;

/// <summary>A message of the dead-letter queue.</summary>
/// <param name="ReceiptHandle">Deletes it, or gives it back.</param>
/// <param name="SentAt">When it was parked.</param>
/// <param name="Body">Its text.</param>
internal abstract record DeadLetter(string ReceiptHandle, DateTimeOffset SentAt, string Body)
{
    /// <summary>Why it is here.</summary>
    public abstract string Why { get; }

    /// <summary>What it is about.</summary>
    public abstract string What { get; }

    /// <summary>Records of a stream that the event source mapping gave up.</summary>
    public sealed record Records(string ReceiptHandle, DateTimeOffset SentAt, string Body, JsonNode Document) : DeadLetter(ReceiptHandle, SentAt, Body)
    {
        private JsonNode Info => Document["DDBStreamBatchInfo"]!;

        public string FunctionArn => (string)Document["requestContext"]!["functionArn"]!;

        public string StreamArn => (string)Info["streamArn"]!;

        public string ShardId => (string)Info["shardId"]!;

        public string First => (string)Info["startSequenceNumber"]!;

        public string Last => (string)Info["endSequenceNumber"]!;

        public int Count => (int)Info["batchSize"]!;

        public DateTimeOffset FirstArrivedAt => Time("approximateArrivalOfFirstRecord");

        public DateTimeOffset LastArrivedAt => Time("approximateArrivalOfLastRecord");

        public override string Why => (string?)Document["requestContext"]!["condition"] ?? "";

        public override string What => Count == 1 ? $"1 record of {ShardId}: {First}" : $"{Count} records of {ShardId}: {First} to {Last}";

        private DateTimeOffset Time(string property) => DateTimeOffset.Parse((string)Info[property]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    /// <summary>An order that its workflow gave up.</summary>
    public sealed record Execution(string ReceiptHandle, DateTimeOffset SentAt, string Body, JsonNode Document) : DeadLetter(ReceiptHandle, SentAt, Body)
    {
        public string Arn => (string)Document["execution"]!;

        public override string Why => Document["error"]?["Error"]?.ToString() ?? Document["error"]?.ToString() ?? "workflow gave up";

        public override string What => $"order {Document["orderId"]}, execution {Arn[(Arn.LastIndexOf(':') + 1)..]}";
    }

    /// <summary>Anything else: people may read it, nothing can be done for them.</summary>
    public sealed record Other(string ReceiptHandle, DateTimeOffset SentAt, string Body) : DeadLetter(ReceiptHandle, SentAt, Body)
    {
        public override string Why => "unknown";

        public override string What => Body.Length <= 60 ? Body : Body[..60] + "…";
    }

    /// <summary>Reads a message as SQS received it.</summary>
    public static DeadLetter Read(JsonNode message)
    {
        var (handle, body) = ((string)message[nameof(ReceiptHandle)]!, (string)message[nameof(Body)]!);
        var sentAt = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse((string)message["Attributes"]!["SentTimestamp"]!, CultureInfo.InvariantCulture));
        try
        {
            var document = JsonNode.Parse(body) as JsonObject;
            if (document?["DDBStreamBatchInfo"] is JsonObject && document["requestContext"] is JsonObject)
                return new Records(handle, sentAt, body, document);
            if (document?["execution"] is JsonValue)
                return new Execution(handle, sentAt, body, document);
        }
        catch (JsonException)
        {
            // No letter of ours.
        }

        return new Other(handle, sentAt, body);
    }
}
