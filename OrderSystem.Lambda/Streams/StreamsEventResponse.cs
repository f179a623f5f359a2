using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.Streams;

/// <summary>
/// A partial batch response: the failed records of a batch. AWS Lambda Developer Guide: "Configuring partial batch
/// response".
/// </summary>
/// <param name="BatchItemFailures">The failed records; empty if the whole batch succeeded.</param>
public sealed record StreamsEventResponse([property: JsonPropertyName("batchItemFailures")] IReadOnlyList<BatchItemFailure> BatchItemFailures);

/// <summary>A failed record.</summary>
/// <param name="ItemIdentifier">
/// The record's sequence number. The Lambda service uses the lowest sequence number in the response as the checkpoint.
/// </param>
public sealed record BatchItemFailure([property: JsonPropertyName("itemIdentifier")] string ItemIdentifier);

/// <summary>JSON serialization of stream events and responses.</summary>
// DynamoDB items nest up to 32 levels deep, and each level takes two JSON levels.
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 256)]
[JsonSerializable(typeof(DynamoDbEvent))]
[JsonSerializable(typeof(StreamsEventResponse))]
public sealed partial class StreamsJson : JsonSerializerContext;
