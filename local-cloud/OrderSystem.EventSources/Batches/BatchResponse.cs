using System.Text.Json;

namespace OrderSystem.EventSources.Batches;

/// <summary>
/// The function's response to a batch. Lambda Developer Guide: "Configuring partial batch response with DynamoDB and
/// Lambda", "Success and failure conditions".
/// </summary>
public abstract record BatchResponse
{
    /// <summary>A response that reports no failed items.</summary>
    public static BatchResponse Success { get; } = new Succeeded();

    /// <summary>No item of the batch failed.</summary>
    public sealed record Succeeded : BatchResponse;

    /// <summary>Some items of the batch failed. Every failed identifier belongs to an item of the batch.</summary>
    public sealed record Partial(IReadOnlySet<string> FailedIdentifiers) : BatchResponse;

    /// <summary>The response is invalid, so the whole batch counts as failed.</summary>
    public sealed record Malformed(string Problem) : BatchResponse;

    /// <summary>Parses the response of a function.</summary>
    /// <param name="payload">The function's response, as JSON.</param>
    /// <param name="identifiers">The identifiers of the batch's items.</param>
    public static BatchResponse Read(ReadOnlyMemory<byte> payload, IEnumerable<string> identifiers)
    {
        if (payload.Span.Trim(" \t\r\n"u8).IsEmpty)
            return Success;
        try
        {
            using var document = JsonDocument.Parse(payload);
            return Read(document.RootElement, identifiers);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // An escaped lone surrogate, which JSON's grammar allows, causes an InvalidOperationException.
            return new Malformed($"the response is not valid JSON: {error.Message}");
        }
    }

    private static BatchResponse Read(JsonElement answer, IEnumerable<string> identifiers)
    {
        if (answer.ValueKind == JsonValueKind.Null)
            return Success;
        // Lambda treats a response that is an empty list as success, too.
        if (answer.ValueKind == JsonValueKind.Array && answer.GetArrayLength() == 0)
            return Success;
        if (answer.ValueKind != JsonValueKind.Object)
            return new Malformed("the response is not a JSON object");
        if (!answer.TryGetProperty("batchItemFailures", out var failures) || failures.ValueKind == JsonValueKind.Null)
            return Success;
        if (failures.ValueKind != JsonValueKind.Array)
            return new Malformed("batchItemFailures is not a list");

        if (failures.GetArrayLength() == 0)
            return Success;

        var known = identifiers.ToHashSet(StringComparer.Ordinal);
        var failed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var failure in failures.EnumerateArray())
        {
            if (failure.ValueKind != JsonValueKind.Object
                || !failure.TryGetProperty("itemIdentifier", out var identifier)
                || identifier.ValueKind != JsonValueKind.String
                || identifier.GetString() is not { Length: > 0 } id)
                return new Malformed("an entry of batchItemFailures has no itemIdentifier");
            if (!known.Contains(id))
                return new Malformed($"itemIdentifier {id} does not belong to the batch");
            failed.Add(id);
        }

        return new Partial(failed);
    }
}
