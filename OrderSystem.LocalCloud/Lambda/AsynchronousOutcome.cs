using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.LocalCloud.Sqs;

namespace OrderSystem.LocalCloud.Lambda;

/// <summary>Where asynchronous invocations end: destinations and dead-letter queues. Lambda Developer Guide: "Capturing records of Lambda asynchronous invocations".</summary>
internal sealed class AsynchronousOutcome(QueueRegistry queues, TimeProvider time, ILogger<AsynchronousOutcome> logger)
{
    public const string RetriesExhausted = "RetriesExhausted";
    public const string EventAgeExceeded = "EventAgeExceeded";
    private const string Success = "Success";

    public async Task SucceededAsync(AsynchronousEvent @event, Function function, InvocationResult result)
    {
        if (function.Configuration.Asynchronous.OnSuccessArn is { } destination)
            await SendAsync(destination, Record(@event, function, Success, @event.Failures + 1, result), null);
    }

    /// <param name="event">The event.</param>
    /// <param name="function">Its function.</param>
    /// <param name="condition">Why it is given up.</param>
    /// <param name="result">What the last invocation came to; null where none was made.</param>
    public async Task GivenUpAsync(AsynchronousEvent @event, Function function, string condition, InvocationResult? result)
    {
        logger.AsynchronousInvocationDiscarded(@event.Function, condition);
        var settings = function.Configuration.Asynchronous;
        if (settings.OnFailureArn is { } destination)
            await SendAsync(destination, Record(@event, function, condition, @event.Failures, result), null);
        if (settings.DeadLetterArn is { } deadLetters)
            await SendAsync(deadLetters, @event.Payload.GetRawText(), DeadLetterAttributes(@event, condition, result));
    }

    public void FunctionGone(AsynchronousEvent @event) => logger.AsynchronousInvocationDiscarded(@event.Function, "the function does not exist any more");

    private async Task SendAsync(string queueArn, string body, JsonObject? attributes)
    {
        if (queues.FindByArn(queueArn) is { } queue)
            await queue.SendAsync(body, attributes);
        else
            logger.DestinationMissing(queueArn);
    }

    private static JsonObject DeadLetterAttributes(AsynchronousEvent @event, string condition, InvocationResult? result) => new()
    {
        ["RequestID"] = Attribute(@event.RequestId),
        ["ErrorCode"] = Attribute("200"),
        ["ErrorMessage"] = Attribute(result is null ? condition : Message(result.Payload)),
    };

    private static JsonObject Attribute(string value) => new() { ["DataType"] = "String", ["StringValue"] = value };

    private static string Message(ReadOnlyMemory<byte> error)
    {
        var message = JsonNode.Parse(error.Span) is JsonObject document ? (string?)document["errorMessage"] : null;
        return message is { Length: > 0 } ? message[..Math.Min(message.Length, 1024)] : "Unhandled";
    }

    private string Record(AsynchronousEvent @event, Function function, string condition, int invocations, InvocationResult? result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteString("timestamp", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("requestContext");
        writer.WriteString("requestId", @event.RequestId);
        writer.WriteString("functionArn", function.Arn + ":$LATEST");
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
            if (result.Payload.IsEmpty)
                writer.WriteNullValue();
            else
                writer.WriteRawValue(result.Payload.Span);
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
