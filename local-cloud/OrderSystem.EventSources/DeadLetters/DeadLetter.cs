using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderSystem.EventSources.DeadLetters;

/// <summary>A message in a dead-letter queue.</summary>
/// <param name="Body">The text of the message.</param>
public abstract record DeadLetter(string Body)
{
    private const string PayloadProperty = "payload";
    private const string IdSuffix = "Id";

    /// <summary>The maximum length of an execution's name, in characters.</summary>
    private const int MaximumName = 80;

    /// <summary>
    /// The maximum depth of a document for display. The limit is lower than the default maximum depth of System.Text.Json,
    /// so that the document can be nested in a response.
    /// </summary>
    private const int ShownDepth = 48;

    /// <summary>The reason why the message was sent to the dead-letter queue.</summary>
    public abstract string Why { get; }

    /// <summary>The records, execution or event that the message is about, as text.</summary>
    public abstract string What { get; }

    /// <summary>
    /// Returns the message for display, with secrets hidden. A message that is JSON is returned as a JSON document. If
    /// the document contains a batch as text, in the property <c>payload</c>, that text is parsed, too. Any other
    /// message is returned as a string.
    /// </summary>
    public JsonNode Shown()
    {
        if (Parse(Body, ShownDepth) is not { } document)
            return Body;
        if (Text(document, PayloadProperty) is { } payload)
            document[PayloadProperty] = Parse(payload, ShownDepth) ?? "***";
        return SecretMask.Over(document)!;
    }

    /// <summary>
    /// Stream records that the event source mapping discarded. <c>Payload</c> is the text of the discarded batch; null
    /// if the message does not contain the batch.
    /// </summary>
    public sealed record Records(string Body, string Why, string FunctionArn, RecordRange Range, string? Payload) : DeadLetter(Body)
    {
        public override string Why { get; } = Why;

        public override string What => Range.Count == 1 ? $"1 record of {Range.ShardId}: {Range.First}" : $"{Range.Count} records of {Range.ShardId}: {Range.First} to {Range.Last}";
    }

    /// <summary>An execution whose state machine sent a message to the dead-letter queue because a step failed.</summary>
    /// <param name="Body">The text of the message.</param>
    /// <param name="Why">The error that ended the execution.</param>
    /// <param name="Arn">The ARN of the execution.</param>
    /// <param name="Subjects">
    /// The ids in the message, by kind. For example, <c>{"invoiceId":"7"}</c> in the message becomes the kind <c>invoice</c>
    /// with the id <c>7</c>.
    /// </param>
    public sealed record Execution(string Body, string Why, string Arn, IReadOnlyList<KeyValuePair<string, string>> Subjects) : DeadLetter(Body)
    {
        /// <inheritdoc/>
        public override string Why { get; } = Why;

        /// <inheritdoc/>
        public override string What => string.Concat(Subjects.Select(subject => $"{subject.Key} {subject.Value}, ")) + $"execution {Name}";

        /// <summary>Returns the id of the given kind in the message; null if the message contains no such id.</summary>
        /// <param name="kind">The kind of id, for example <c>invoice</c>.</param>
        public string? IdOf(string kind) => Subjects.Where(subject => subject.Key == kind).Select(subject => subject.Value).FirstOrDefault();

        /// <summary>The name of the execution.</summary>
        public string Name => Arn[(Arn.LastIndexOf(':') + 1)..];

        /// <summary>
        /// Returns a name for a new execution that replaces this execution: the name of this execution, shortened if
        /// necessary and followed by the given time.
        /// </summary>
        public string NameAgain(DateTimeOffset now)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-redrive-{now.ToUnixTimeMilliseconds()}");
            return Name[..Math.Min(Name.Length, MaximumName - suffix.Length)] + suffix;
        }
    }

    /// <summary>
    /// An event that was sent to a function asynchronously and that the function never processed successfully.
    /// </summary>
    public sealed record Event(string Body, string Why, string FunctionArn, JsonNode Payload) : DeadLetter(Body)
    {
        public override string Why { get; } = Why;

        public override string What => $"an event of {FunctionArn[(FunctionArn.LastIndexOf(":function:", StringComparison.Ordinal) + 10)..]}";
    }

    /// <summary>A message of an unknown format, which can be shown but not redriven.</summary>
    public sealed record Other(string Body) : DeadLetter(Body)
    {
        public override string Why => "unknown";

        public override string What => Shown() is var shown && (shown is JsonValue ? shown.ToString() : shown.ToJsonString()) is var text && text.Length <= 60 ? text : text[..60] + "…";
    }

    /// <summary>Parses the text of a message.</summary>
    public static DeadLetter Read(string body)
    {
        if (Parse(body, maximumDepth: 256) is JsonObject document)
            return (DeadLetter?)OfMapping(body, document) ?? (DeadLetter?)OfInvocation(body, document) ?? (DeadLetter?)OfWorkflow(body, document) ?? new Other(body);
        return new Other(body);
    }

    private static Records? OfMapping(string body, JsonObject document) =>
        document["DDBStreamBatchInfo"] is JsonObject info && RecordRange.TryRead(info, out var range) && Text(document["requestContext"], "functionArn") is { } function
            ? new Records(body, Text(document["requestContext"], "condition") ?? "", function, range, Text(document, PayloadProperty)) : null;

    private static Event? OfInvocation(string body, JsonObject document) =>
        document["requestPayload"] is { } payload && Text(document["requestContext"], "functionArn") is { } function
            ? new Event(body, Text(document["requestContext"], "condition") ?? "", function, payload) : null;

    private static Execution? OfWorkflow(string body, JsonObject document) =>
        Text(document, "execution") is { } execution
            ? new Execution(body, Text(document["error"], "Error") ?? document["error"]?.ToString() ?? "workflow failed", execution, SubjectsOf(document)) : null;

    private static List<KeyValuePair<string, string>> SubjectsOf(JsonObject document) =>
        [.. document.Where(member => member.Key.EndsWith(IdSuffix, StringComparison.Ordinal)).Select(member => KeyValuePair.Create(member.Key[..^IdSuffix.Length], member.Value?.ToString() ?? ""))];

    private static JsonNode? Parse(string text, int maximumDepth)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = maximumDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a string property of a JSON object; returns null if it is missing or not a string.</summary>
    public static string? Text(JsonNode? holder, string property) =>
        (holder as JsonObject)?[property] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;
}
