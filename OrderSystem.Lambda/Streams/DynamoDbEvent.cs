using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.Streams;

/// <summary>A batch of stream records. AWS Lambda Developer Guide: "Using AWS Lambda with Amazon DynamoDB".</summary>
public sealed record DynamoDbEvent
{
    /// <summary>The records, in shard order.</summary>
    [JsonPropertyName("Records")]
    public required IReadOnlyList<DynamoDbStreamRecord> Records { get; init; }
}

/// <summary>A stream record: one change to an item.</summary>
public sealed record DynamoDbStreamRecord
{
    /// <summary>The event's id, the same for every delivery.</summary>
    [JsonPropertyName("eventID")]
    public string? EventId { get; init; }

    /// <summary><c>INSERT</c>, <c>MODIFY</c> or <c>REMOVE</c>.</summary>
    [JsonPropertyName("eventName")]
    public required string EventName { get; init; }

    /// <summary>The stream's ARN.</summary>
    [JsonPropertyName("eventSourceARN")]
    public string? EventSourceArn { get; init; }

    /// <summary>The change to the item.</summary>
    [JsonPropertyName("dynamodb")]
    public required StreamChange Change { get; init; }

    /// <summary>
    /// The author of the change. Set only if DynamoDB itself made the change, such as the deletion of an expired item.
    /// </summary>
    [JsonPropertyName("userIdentity")]
    public StreamIdentity? UserIdentity { get; init; }
}

/// <summary>A change to an item: the item's key, and the item before and after the change.</summary>
public sealed record StreamChange
{
    /// <summary>The record's position in its shard, by which a partial batch response identifies the record.</summary>
    [JsonPropertyName("SequenceNumber")]
    public required string SequenceNumber { get; init; }

    /// <summary>The item's key.</summary>
    [JsonPropertyName("Keys")]
    public IReadOnlyDictionary<string, AttributeValue>? Keys { get; init; }

    /// <summary>The item after the change.</summary>
    [JsonPropertyName("NewImage")]
    public IReadOnlyDictionary<string, AttributeValue>? NewImage { get; init; }

    /// <summary>The item before the change.</summary>
    [JsonPropertyName("OldImage")]
    public IReadOnlyDictionary<string, AttributeValue>? OldImage { get; init; }

    /// <summary>When the change was made, as Unix time in seconds, rounded down to the second.</summary>
    [JsonPropertyName("ApproximateCreationDateTime")]
    public double? ApproximateCreationDateTime { get; init; }
}

/// <summary>The author of a change.</summary>
public sealed record StreamIdentity
{
    /// <summary>The type of the author: <c>Service</c> for DynamoDB itself.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The service's name.</summary>
    [JsonPropertyName("principalId")]
    public string? PrincipalId { get; init; }
}

/// <summary>A value in DynamoDB JSON; exactly one member is set. Amazon DynamoDB API Reference: "AttributeValue".</summary>
public sealed record AttributeValue
{
    /// <summary>A string.</summary>
    [JsonPropertyName("S")]
    public string? S { get; init; }

    /// <summary>A number, as text to keep it exact.</summary>
    [JsonPropertyName("N")]
    public string? N { get; init; }

    /// <summary>A boolean.</summary>
    [JsonPropertyName("BOOL")]
    public bool? Bool { get; init; }

    /// <summary>True for a null value.</summary>
    [JsonPropertyName("NULL")]
    public bool? Null { get; init; }

    /// <summary>Binary data.</summary>
    [JsonPropertyName("B")]
    public byte[]? B { get; init; }

    /// <summary>A map.</summary>
    [JsonPropertyName("M")]
    public IReadOnlyDictionary<string, AttributeValue>? M { get; init; }

    /// <summary>A list.</summary>
    [JsonPropertyName("L")]
    public IReadOnlyList<AttributeValue>? L { get; init; }

    /// <summary>A set of strings.</summary>
    [JsonPropertyName("SS")]
    public IReadOnlyList<string>? SS { get; init; }

    /// <summary>A set of numbers.</summary>
    [JsonPropertyName("NS")]
    public IReadOnlyList<string>? NS { get; init; }
}
