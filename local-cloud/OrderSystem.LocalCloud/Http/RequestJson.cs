using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace OrderSystem.LocalCloud.Http;

/// <summary>Parses clients' JSON and finds errors that <see cref="JsonNode"/> reports only on a read.</summary>
internal static class RequestJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a document.</summary>
    /// <exception cref="JsonException">It is not JSON, has a duplicate member, or has text that is not Unicode.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw new JsonException("The document is not UTF-8.");
        CheckEscapes(utf8);
        return JsonNode.Parse(utf8, documentOptions: Options);
    }

    // An unpaired escape such as \ud800 is valid by JSON's grammar, but is not Unicode text.
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
