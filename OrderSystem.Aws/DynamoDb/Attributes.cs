using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace OrderSystem.Aws.DynamoDb;

/// <summary>Writes and reads DynamoDB attribute values. Amounts are DynamoDB numbers, which are exact to 38 digits.</summary>
internal static class Attributes
{
    // Times are stored as text of a fixed width, so that they sort chronologically.
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static AttributeValue S(string value) => new() { S = value };

    public static AttributeValue N(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static AttributeValue N(decimal value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public static AttributeValue Time(DateTimeOffset value) => S(value.UtcDateTime.ToString(Timestamp, CultureInfo.InvariantCulture));

    public static string Text(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) && value.S is { } text ? text : throw Unreadable(name, "a string");

    public static string? OptionalText(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) ? value.S : null;

    public static decimal Amount(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) && decimal.TryParse(value.N, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw Unreadable(name, "a number");

    public static long Integer(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) && long.TryParse(value.N, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unreadable(name, "a whole number");

    public static DateTimeOffset Time(this Dictionary<string, AttributeValue> item, string name) =>
        item.OptionalTime(name) ?? throw Unreadable(name, "a time such as 2026-01-31T12:00:00.0000000Z");

    public static DateTimeOffset? OptionalTime(this Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value)
        && DateTimeOffset.TryParse(value.S, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    public static FormatException Unreadable(string name, string expected) => new($"The item's attribute {name} is missing or not {expected}.");
}
