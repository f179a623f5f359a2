using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Deployment.Schema;

/// <summary>Determines the possible results of intrinsic functions without evaluating them.</summary>
internal static class Intrinsics
{
    /// <param name="Node">A value to check instead of the function; null if only the kind of the result is known.</param>
    /// <param name="Kind">The kind of the result: <c>string</c>, <c>number</c> or <c>list</c>.</param>
    public sealed record Result(JsonNode? Node, string Kind = "string");

    /// <summary>Returns the function that a node calls; null if the node is a plain value.</summary>
    public static KeyValuePair<string, JsonNode?>? Of(JsonNode? node) =>
        node is JsonObject { Count: 1 } map && map.First() is var call && (call.Key == "Ref" || call.Key.StartsWith("Fn::", StringComparison.Ordinal)) ? call : null;

    /// <summary>Returns every possible result of a function call; no result for <c>AWS::NoValue</c>.</summary>
    public static IEnumerable<Result> Results(KeyValuePair<string, JsonNode?> call, JsonObject template) => call.Key switch
    {
        "Fn::If" => call.Value!.AsArray().Skip(1).Select(branch => new Result(branch)),
        "Ref" when (string?)call.Value == "AWS::NoValue" => [],
        "Ref" when template["Parameters"]?[(string)call.Value!] is { } parameter => Parameter(parameter),
        "Fn::Split" => [new Result(null, "list")],
        _ => [new Result(null)],
    };

    /// <summary>Returns the possible values of a parameter, or only its kind if it allows any value.</summary>
    private static IEnumerable<Result> Parameter(JsonNode parameter) => ((string)parameter["Type"]!) switch
    {
        "CommaDelimitedList" => [new Result(null, "list")],
        _ when parameter["AllowedValues"] is JsonArray values => values.Select(value => new Result(value)),
        "Number" => [new Result(null, "number")],
        _ => [new Result(null)],
    };
}
