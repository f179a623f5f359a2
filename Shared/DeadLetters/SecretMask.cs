using System.Text.Json.Nodes;

namespace OrderSystem.DeadLetters;

/// <summary>Hides payment tokens in a JSON document, in stored items and in posted orders.</summary>
internal static class SecretMask
{
    private const string Secret = "token";

    /// <summary>Copies a document with every secret in it replaced by <c>***</c>.</summary>
    public static JsonNode? Over(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Key.EndsWith(Secret, StringComparison.OrdinalIgnoreCase) ? "***" : Over(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Over)]),
        _ => node?.DeepClone(),
    };
}
