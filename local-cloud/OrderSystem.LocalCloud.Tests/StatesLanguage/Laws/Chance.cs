using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>What random machines draw by chance: with branches at once, event ids differ from run to run, and with them the numbers drawn.</summary>
internal static class Chance
{
    /// <summary>The value without what was drawn.</summary>
    public static JsonValue? Without(JsonValue? value) => value switch
    {
        JsonObject container => JsonObject.Of([.. container.Where(property => !property.Key.StartsWith("chance", StringComparison.Ordinal)).Select(property => (property.Key, Without(property.Value)!))]),
        JsonArray array => new JsonArray(array.Select(item => Without(item)!)),
        _ => value,
    };
}
