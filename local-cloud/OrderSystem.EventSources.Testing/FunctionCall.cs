using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Testing;

/// <summary>One invocation of a scripted function.</summary>
public sealed class FunctionCall
{
    internal FunctionCall(string requestId, ReadOnlyMemory<byte> payload, DateTimeOffset at)
    {
        (RequestId, At, Bytes) = (requestId, at, payload.Length);
        Event = JsonNode.Parse(payload.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.AsObject();
        Names = [.. Event["Records"]!.AsArray().Select(record => (string)(record!["name"] ?? record["body"])!)];
        Identifiers = [.. Event["Records"]!.AsArray().Select(record => (string)(record!["dynamodb"]?["SequenceNumber"] ?? record["messageId"])!)];
    }

    /// <summary>The request id of the invocation.</summary>
    public string RequestId { get; }

    /// <summary>When the invocation started.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The size of the event, in bytes.</summary>
    public int Bytes { get; }

    /// <summary>The event that the function received.</summary>
    public JsonObject Event { get; }

    /// <summary>The names of the event's records, or the bodies of its messages.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The sequence numbers of the event's records, or the ids of its messages.</summary>
    public IReadOnlyList<string> Identifiers { get; }

    /// <summary>The outcome of the invocation; null while the invocation is running.</summary>
    public InvocationOutcome? Outcome { get; internal set; }

    /// <summary>Returns a successful response.</summary>
    public InvocationOutcome Succeed(string payload = "{}") => new InvocationOutcome.Answered(RequestId, Encoding.UTF8.GetBytes(payload));

    /// <summary>Returns a failure: the function threw, timed out or exited.</summary>
    public InvocationOutcome Fail(string problem = "Oops: no") => new InvocationOutcome.Failed(RequestId, "Unhandled", problem);

    /// <summary>Returns a throttled outcome: the function was not invoked because its concurrency is exhausted.</summary>
    public InvocationOutcome Throttle() => new InvocationOutcome.NotInvoked(RequestId, "TooManyRequestsException: Rate Exceeded.");

    /// <summary>Returns a partial batch response that reports the records with the given names as failed.</summary>
    public InvocationOutcome Report(params IEnumerable<string> names)
    {
        var failures = names.Select(name => new JsonObject { ["itemIdentifier"] = Identifiers[Names.ToList().IndexOf(name)] });
        return Succeed(new JsonObject { ["batchItemFailures"] = new JsonArray([.. failures]) }.ToJsonString());
    }

    /// <summary>
    /// Returns a partial batch response that reports the first poison record as failed; returns success if no record is
    /// poison.
    /// </summary>
    public InvocationOutcome StopAt(Func<string, bool> isPoison) =>
        Names.FirstOrDefault(isPoison) is { } poison ? Report(poison) : Succeed();
}
