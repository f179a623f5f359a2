using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Contracts;

/// <summary>Reads an item's image from a stream record. The image is in DynamoDB JSON.</summary>
internal static class StreamImage
{
    /// <summary>Reads an order from its image.</summary>
    public static Order Order(JsonElement image) => OrderItem.Read(Map(image));

    private static Dictionary<string, AttributeValue> Map(JsonElement map) => map.EnumerateObject().ToDictionary(attribute => attribute.Name, attribute => Value(attribute.Value));

    private static AttributeValue Value(JsonElement value)
    {
        var typed = Assert.Single(value.EnumerateObject());
        return typed.Name switch
        {
            "S" => new AttributeValue { S = typed.Value.GetString() },
            "N" => new AttributeValue { N = typed.Value.GetString() },
            "BOOL" => new AttributeValue { BOOL = typed.Value.GetBoolean() },
            "L" => new AttributeValue { L = [.. typed.Value.EnumerateArray().Select(Value)] },
            "M" => new AttributeValue { M = Map(typed.Value) },
            _ => throw new FormatException($"Unexpected attribute type {typed.Name}: an order has only S, N, BOOL, L and M attributes."),
        };
    }
}
