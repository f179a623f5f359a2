using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>The names of JSON types in AWS's error messages.</summary>
internal static class JavaTypes
{
    public static string NameOf(JsonValue value) => value switch
    {
        JsonString => "com.fasterxml.jackson.databind.node.TextNode",
        JsonNumber { IsInteger: true } => "com.fasterxml.jackson.databind.node.IntNode",
        JsonNumber => "com.fasterxml.jackson.databind.node.DoubleNode",
        JsonBoolean => "com.fasterxml.jackson.databind.node.BooleanNode",
        JsonArray => "com.fasterxml.jackson.databind.node.ArrayNode",
        JsonObject => "com.fasterxml.jackson.databind.node.ObjectNode",
        _ => "com.fasterxml.jackson.databind.node.NullNode",
    };
}
