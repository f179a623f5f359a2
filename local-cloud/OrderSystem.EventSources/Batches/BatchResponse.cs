using System.Text.Json;

namespace OrderSystem.EventSources.Batches;

/// <summary>
/// What a function's answer says of the batch. Lambda Developer Guide: "Configuring partial batch response with DynamoDB and
/// Lambda": success and failure conditions.
/// </summary>
public abstract record BatchResponse
{
    /// <summary>Every item is dealt with.</summary>
    public static BatchResponse Success { get; } = new Succeeded();

    /// <summary>Every item is dealt with.</summary>
    public sealed record Succeeded : BatchResponse;

    /// <summary>These failed; the identifiers are the batch's own, none twice.</summary>
    public sealed record Partial(IReadOnlySet<string> FailedIdentifiers) : BatchResponse;

    /// <summary>The answer means nothing: the whole batch counts as failed.</summary>
    public sealed record Malformed(string Problem) : BatchResponse;

    /// <summary>Reads an answer.</summary>
    /// <param name="payload">The function's answer.</param>
    /// <param name="identifiers">The batch's own identifiers.</param>
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
            // InvalidOperationException: an escape of an unpaired surrogate, which is JSON by its grammar only.
            return new Malformed($"the answer is no JSON: {error.Message}");
        }
    }

    private static BatchResponse Read(JsonElement answer, IEnumerable<string> identifiers)
    {
        if (answer.ValueKind == JsonValueKind.Null)
            return Success;
        if (answer.ValueKind != JsonValueKind.Object)
            return new Malformed("the answer is no object");
        if (!answer.TryGetProperty("batchItemFailures", out var failures) || failures.ValueKind == JsonValueKind.Null)
            return Success;
        if (failures.ValueKind != JsonValueKind.Array)
            return new Malformed("batchItemFailures is no list");

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
                return new Malformed($"itemIdentifier {id} is none of the batch");
            failed.Add(id);
        }

        return new Partial(failed);
    }
}
