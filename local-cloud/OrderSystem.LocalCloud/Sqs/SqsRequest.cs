using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.Sqs;

/// <summary>
/// The members of an SQS request or of one entry of a batch request. Reading a member validates it as SQS does.
/// </summary>
internal sealed class SqsRequest(JsonObject body)
{
    /// <summary>The name of the only message system attribute that clients can set.</summary>
    public const string TraceHeader = "AWSTraceHeader";

    /// <summary>Reads a request. A request without a body has no members.</summary>
    /// <exception cref="AwsServiceException">The request is not a JSON object.</exception>
    /// <exception cref="System.Text.Json.JsonException">The request is not JSON.</exception>
    public static SqsRequest Parse(ReadOnlyMemory<byte> request) => request.IsEmpty ? new([]) : Of(RequestJson.Parse(request.Span), "The request");

    public bool Has(string member) => body[member] is not null;

    public string? Text(string member) => body[member] is { } value ? Text(value, member) : null;

    public string Required(string member) => Text(member) ?? throw Missing(member);

    public int? Number(string member) => body[member] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw Mistyped(member, "an integer"),
    };

    /// <summary>
    /// Reads a duration from 0 to <paramref name="maximum"/> seconds; null if the request does not have the member.
    /// </summary>
    public TimeSpan? Seconds(string member, int maximum)
    {
        if (Number(member) is not { } seconds)
            return null;
        return seconds >= 0 && seconds <= maximum
            ? TimeSpan.FromSeconds(seconds)
            : throw Invalid($"Value {seconds} for parameter {member} is invalid. Reason: Must be between 0 and {maximum}, if provided.");
    }

    public HashSet<string> Names(string member) => [.. List(member).Select(name => Text(name, member))];

    public IReadOnlyList<SqsRequest> Entries() => [.. List("Entries").Select(entry => Of(entry, "Entries"))];

    /// <summary>Reads the queue attributes in the member <c>Attributes</c>.</summary>
    public KeyValuePair<string, string>[] Attributes() => Texts("Attributes");

    /// <summary>Reads a map of strings, such as tags. A missing value is an empty string.</summary>
    public KeyValuePair<string, string>[] Texts(string member) =>
        [.. Map(member).Select(entry => KeyValuePair.Create(entry.Key, entry.Value is { } value ? Text(value, entry.Key) : ""))];

    /// <summary>
    /// Reads the attributes of a message; returns null if the message has none. See "MessageAttributeValue" in the SQS API
    /// Reference.
    /// </summary>
    public JsonObject? MessageAttributes() => MessageAttributes("MessageAttributes");

    /// <summary>
    /// Reads the system attributes of a message; returns null if the message has none. The only one is <c>AWSTraceHeader</c>.
    /// </summary>
    public JsonObject? SystemAttributes()
    {
        var attributes = MessageAttributes("MessageSystemAttributes");
        return attributes?.FirstOrDefault(attribute => attribute.Key != TraceHeader).Key is { } unknown
            ? throw Invalid($"Message system attribute name '{unknown}' is invalid.")
            : attributes;
    }

    private JsonObject? MessageAttributes(string map)
    {
        var attributes = Map(map).DeepClone().AsObject();
        foreach (var (name, attribute) in attributes)
        {
            var value = Of(attribute, map);
            var type = value.Required("DataType");
            var member = type.Split('.')[0] switch
            {
                "String" or "Number" => "StringValue",
                "Binary" => "BinaryValue",
                _ => throw Invalid($"The type of message (user) attribute '{name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String."),
            };
            if (value.Text(member) is not { Length: > 0 } text)
                throw Invalid($"Message (user) attribute '{name}' must contain a non-empty value of type '{type}'.");
            if (member == "BinaryValue" && !System.Buffers.Text.Base64.IsValid(text))
                throw Mistyped(member, "Base64");
        }

        return attributes.Count > 0 ? attributes : null;
    }

    public static AwsServiceException Missing(string member) => new("MissingParameter", $"The request must contain the parameter {member}.");

    public static AwsServiceException Invalid(string message) => new("InvalidParameterValue", message);

    private static SqsRequest Of(JsonNode? node, string what) => node is JsonObject structure ? new(structure) : throw Mistyped(what, "a structure");

    private JsonArray List(string member) => body[member] switch
    {
        null => [],
        JsonArray list => list,
        _ => throw Mistyped(member, "a list"),
    };

    private JsonObject Map(string member) => body[member] switch
    {
        null => [],
        JsonObject map => map,
        _ => throw Mistyped(member, "a map"),
    };

    private static string Text(JsonNode? node, string member) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Mistyped(member, "a string");

    private static AwsServiceException Mistyped(string member, string type) => new("SerializationException", $"{member} must be {type}");
}
