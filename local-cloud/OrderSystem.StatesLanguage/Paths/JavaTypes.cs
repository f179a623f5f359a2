using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.Paths;

/// <summary>The names of JSON types in AWS's error messages.</summary>
internal static class JavaTypes
{
    public static string NameOf(StatesValue value) => value switch
    {
        StatesString => "com.fasterxml.jackson.databind.node.TextNode",
        StatesNumber { IsInteger: true } => "com.fasterxml.jackson.databind.node.IntNode",
        StatesNumber => "com.fasterxml.jackson.databind.node.DoubleNode",
        StatesBoolean => "com.fasterxml.jackson.databind.node.BooleanNode",
        StatesArray => "com.fasterxml.jackson.databind.node.ArrayNode",
        StatesObject => "com.fasterxml.jackson.databind.node.ObjectNode",
        _ => "com.fasterxml.jackson.databind.node.NullNode",
    };
}
