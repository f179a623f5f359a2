using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>
/// Sends the results of asynchronous invocations to destinations and dead-letter queues. See "Capturing records of Lambda
/// asynchronous invocations" in the Lambda Developer Guide.
/// </summary>
internal sealed class AsynchronousOutcome(QueueRegistry queues, TimeProvider time, ILogger<AsynchronousOutcome> logger)
{
    public const string RetriesExhausted = "RetriesExhausted";
    public const string EventAgeExceeded = "EventAgeExceeded";
    public const string ZeroReservedConcurrency = "ZeroReservedConcurrency";
    private const string Success = "Success";

    public async Task SucceededAsync(AsynchronousEvent @event, RegisteredFunction function, InvocationResult result)
    {
        if (function.Configuration.Asynchronous.OnSuccessArn is { } destination)
            await SendAsync(@event, destination, Record(@event, function, Success, @event.Failures + 1, result), null);
    }

    /// <param name="event">The event of the asynchronous invocation.</param>
    /// <param name="function">The event's function.</param>
    /// <param name="condition">Why the event is discarded.</param>
    /// <param name="result">The result of the invocation after which the event is discarded; null if the event is discarded
    /// without another invocation.</param>
    public async Task GivenUpAsync(AsynchronousEvent @event, RegisteredFunction function, string condition, InvocationResult? result)
    {
        logger.AsynchronousInvocationDiscarded(@event.RequestId, @event.Function, condition);
        var settings = function.Configuration.Asynchronous;
        if (settings.OnFailureArn is { } destination)
            await SendAsync(@event, destination, Record(@event, function, condition, @event.Failures, result), null);
        if (settings.DeadLetterArn is { } deadLetters)
            await SendAsync(@event, deadLetters, @event.Payload.GetRawText(), DeadLetterAttributes(@event, condition, result));
    }

    public void FunctionGone(AsynchronousEvent @event) => logger.AsynchronousInvocationDiscarded(@event.RequestId, @event.Function, "the function no longer exists");

    private async Task SendAsync(AsynchronousEvent @event, string queueArn, string body, JsonObject? attributes)
    {
        if (queues.FindByArn(queueArn) is { } queue)
            await queue.SendAsync(body, attributes);
        else
            logger.DestinationMissing(@event.RequestId, @event.Function, queueArn);
    }

    private static JsonObject DeadLetterAttributes(AsynchronousEvent @event, string condition, InvocationResult? result) => new()
    {
        ["RequestID"] = Attribute("String", @event.RequestId),
        ["ErrorCode"] = Attribute("Number", result is null ? "429" : "200"),
        ["ErrorMessage"] = Attribute("String", FirstKilobyte(result is null ? condition : Message(result.Payload))),
    };

    private static JsonObject Attribute(string type, string value) => new() { ["DataType"] = type, ["StringValue"] = value };

    private static string Message(ReadOnlyMemory<byte> error) =>
        Json(error) is JsonObject document && document["errorMessage"]?.ToString() is { Length: > 0 } message ? message : "Unhandled";

    private static string FirstKilobyte(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var end = Math.Min(bytes.Length, 1024);
        // Do not cut a multi-byte character in two.
        while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(bytes, 0, end);
    }

    private string Record(AsynchronousEvent @event, RegisteredFunction function, string condition, int invocations, InvocationResult? result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteString("timestamp", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("requestContext");
        writer.WriteString("requestId", @event.RequestId);
        writer.WriteString("functionArn", $"{function.Arn}:{@event.Qualifier ?? FunctionVersions.Latest}");
        writer.WriteString("condition", condition);
        writer.WriteNumber("approximateInvokeCount", invocations);
        writer.WriteEndObject();
        writer.WritePropertyName("requestPayload");
        @event.Payload.WriteTo(writer);
        if (result is not null)
        {
            writer.WriteStartObject("responseContext");
            writer.WriteNumber("statusCode", 200);
            writer.WriteString("executedVersion", result.ExecutedVersion);
            if (result.FunctionError is { } error)
                writer.WriteString("functionError", error);
            writer.WriteEndObject();
            writer.WritePropertyName("responsePayload");
            WriteAnswer(writer, result.Payload);
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // A function may return any bytes. A response that is not JSON is written as a string.
    private static void WriteAnswer(Utf8JsonWriter writer, ReadOnlyMemory<byte> answer)
    {
        if (answer.IsEmpty)
            writer.WriteNullValue();
        else if (Json(answer) is { } json)
            json.WriteTo(writer);
        else
            writer.WriteStringValue(Encoding.UTF8.GetString(answer.Span));
    }

    private static JsonNode? Json(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonNode.Parse(text.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
