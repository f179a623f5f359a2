using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace OrderSystem.LocalCloud.Http;

/// <summary>
/// Parses JSON from clients, and detects errors that <see cref="JsonNode"/> would report only when the invalid value is
/// read.
/// </summary>
internal static class RequestJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a JSON document.</summary>
    /// <exception cref="JsonException">The document is not JSON, has a duplicate property, or contains text that is not
    /// valid Unicode.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonException("The document is not UTF-8.");
        CheckEscapes(utf8);
        return JsonNode.Parse(utf8, documentOptions: Options);
    }

    // An unpaired surrogate escape such as \ud800 is allowed by the JSON grammar, but is not valid Unicode text.
    private static void CheckEscapes(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException error)
            {
                throw new JsonException($"The text at byte {reader.TokenStartIndex} has an unpaired surrogate escape.", error);
            }
        }
    }
}
