using System.Text.Json.Serialization;

namespace OrderSystem.Lambda.Streams;

/// <summary>Which records of a batch failed. AWS Lambda Developer Guide: "Configuring partial batch response".</summary>
/// <param name="BatchItemFailures">The failures; empty where the whole batch succeeded.</param>
public sealed record StreamsEventResponse([property: JsonPropertyName("batchItemFailures")] IReadOnlyList<BatchItemFailure> BatchItemFailures);

/// <summary>One failed record.</summary>
/// <param name="ItemIdentifier">Its sequence number. The service takes the lowest as the checkpoint.</param>
public sealed record BatchItemFailure([property: JsonPropertyName("itemIdentifier")] string ItemIdentifier);

/// <summary>The JSON of stream functions.</summary>
// DynamoDB's items nest 32 levels deep, each of which takes two of JSON's.
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 256)]
[JsonSerializable(typeof(DynamoDbEvent))]
[JsonSerializable(typeof(StreamsEventResponse))]
public sealed partial class StreamsJson : JsonSerializerContext;
