using System.Text.Json.Nodes;

namespace OrderSystem.EventSources.DeadLetters;

/// <summary>Hides every member of a JSON document with a name that ends with <c>token</c>.</summary>
public static class SecretMask
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
