using System.Text.Json.Nodes;

namespace OrderSystem.EventSources.DeadLetters;

/// <summary>Hides the secrets in a JSON document: the values of properties whose names end with <c>token</c>.</summary>
public static class SecretMask
{
    private const string Secret = "token";

    /// <summary>Returns a copy of a document in which every secret is replaced by <c>***</c>.</summary>
    public static JsonNode? Over(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Key.EndsWith(Secret, StringComparison.OrdinalIgnoreCase) ? "***" : Over(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Over)]),
        _ => node?.DeepClone(),
    };
}
