using System.Text.Json.Nodes;

namespace OrderSystem.Tests.Deployment.Schema;

/// <summary>What intrinsic functions can give, without their being evaluated.</summary>
internal static class Intrinsics
{
    /// <param name="Node">A value to be looked at in the function's place; null where only its kind is known.</param>
    /// <param name="Kind"><c>string</c>, <c>number</c> or <c>list</c>.</param>
    public sealed record Result(JsonNode? Node, string Kind = "string");

    /// <summary>The function that a node calls; null where it is a value.</summary>
    public static KeyValuePair<string, JsonNode?>? Of(JsonNode? node) =>
        node is JsonObject { Count: 1 } map && map.First() is var call && (call.Key == "Ref" || call.Key.StartsWith("Fn::", StringComparison.Ordinal)) ? call : null;

    /// <summary>Everything that a call may give; <c>AWS::NoValue</c> gives nothing.</summary>
    public static IEnumerable<Result> Results(KeyValuePair<string, JsonNode?> call, JsonObject template) => call.Key switch
    {
        "Fn::If" => call.Value!.AsArray().Skip(1).Select(branch => new Result(branch)),
        "Ref" when (string?)call.Value == "AWS::NoValue" => [],
        "Ref" when template["Parameters"]?[(string)call.Value!] is { } parameter => Parameter(parameter),
        "Fn::Split" => [new Result(null, "list")],
        _ => [new Result(null)],
    };

    /// <summary>A parameter gives its type, and the values it may have where they are known.</summary>
    private static IEnumerable<Result> Parameter(JsonNode parameter) => ((string)parameter["Type"]!) switch
    {
        "CommaDelimitedList" => [new Result(null, "list")],
        _ when parameter["AllowedValues"] is JsonArray values => values.Select(value => new Result(value)),
        "Number" => [new Result(null, "number")],
        _ => [new Result(null)],
    };
}
