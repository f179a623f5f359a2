using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Functions;

namespace OrderSystem.Tests.EventSources.Simulation;

/// <summary>A function that does as it is told, and remembers every invocation.</summary>
internal sealed class ScriptedFunction(SimulatedWorld world) : IFunction
{
    // A process of its own: it runs on when the mapping's is killed.
    private readonly SimulatedWorld.Process _process = world.Start(() => { });
    private int _requests;

    public string Arn => "arn:aws:lambda:us-east-1:000000000000:function:consume";

    /// <summary>What an invocation comes to; success unless told.</summary>
    public Func<FunctionCall, InvocationOutcome> Answer { get; set; } = call => call.Succeed();

    /// <summary>How long an invocation takes.</summary>
    public Func<FunctionCall, TimeSpan> Duration { get; set; } = _ => TimeSpan.Zero;

    public List<FunctionCall> Calls { get; } = [];

    /// <summary>Invocations under way, and the most there ever were.</summary>
    public int Running { get; private set; }

    public int MostRunning { get; private set; }

    /// <summary>The names of the records of every invocation: <c>a,b | c</c>.</summary>
    public string Batches => string.Join(" | ", Calls.Select(call => string.Join(",", call.Names)));

    /// <summary>Told of an invocation as it begins.</summary>
    public Action<FunctionCall> Entered { get; set; } = _ => { };

    public Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<InvocationOutcome>();
        _process.Post(_ => _ = RunAsync(payload, answer), null);
        return answer.Task;
    }

    private async Task RunAsync(ReadOnlyMemory<byte> payload, TaskCompletionSource<InvocationOutcome> answer)
    {
        var call = new FunctionCall($"request-{++_requests}", payload, world.Time.GetUtcNow());
        Calls.Add(call);
        Entered(call);
        MostRunning = Math.Max(MostRunning, ++Running);
        if (Duration(call) is var duration && duration > TimeSpan.Zero)
            await Task.Delay(duration, world.Time, CancellationToken.None);
        Running--;
        try
        {
            call.Outcome = Answer(call);
            answer.SetResult(call.Outcome);
        }
        catch (Exception error)
        {
            answer.SetException(error);
        }
    }
}

/// <summary>One invocation.</summary>
internal sealed class FunctionCall
{
    public FunctionCall(string requestId, ReadOnlyMemory<byte> payload, DateTimeOffset at)
    {
        (RequestId, At, Bytes) = (requestId, at, payload.Length);
        Event = JsonNode.Parse(payload.Span)!.AsObject();
        Names = [.. Event["Records"]!.AsArray().Select(record => (string)(record!["name"] ?? record["body"])!)];
        Identifiers = [.. Event["Records"]!.AsArray().Select(record => (string)(record!["dynamodb"]?["SequenceNumber"] ?? record["messageId"])!)];
    }

    public string RequestId { get; }

    public DateTimeOffset At { get; }

    public int Bytes { get; }

    public JsonObject Event { get; }

    public string[] Names { get; }

    /// <summary>Sequence numbers, or message ids.</summary>
    public string[] Identifiers { get; }

    public InvocationOutcome? Outcome { get; set; }

    public InvocationOutcome Succeed(string payload = "{}") => new InvocationOutcome.Answered(RequestId, Encoding.UTF8.GetBytes(payload));

    public InvocationOutcome Fail(string problem = "Oops: no") => new InvocationOutcome.Failed(RequestId, "Unhandled", problem);

    public InvocationOutcome Throttle() => new InvocationOutcome.NotInvoked(RequestId, "TooManyRequestsException: Rate Exceeded.");

    /// <summary>Reports records by their names.</summary>
    public InvocationOutcome Report(params IEnumerable<string> names)
    {
        var failures = names.Select(name => new { itemIdentifier = Identifiers[Array.IndexOf(Names, name)] });
        return Succeed(JsonSerializer.Serialize(new { batchItemFailures = failures }));
    }

    /// <summary>What a function does that takes records one by one and reports the first it cannot take.</summary>
    public InvocationOutcome StopAt(Func<string, bool> isPoison) =>
        Array.Find(Names, name => isPoison(name)) is { } poison ? Report(poison) : Succeed();
}
