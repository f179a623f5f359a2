using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Testing;

/// <summary>A function that does as it is told, and remembers every invocation.</summary>
public sealed class ScriptedFunction : IFunction
{
    private readonly TimeProvider _time;
    private readonly SimulatedProcess? _process;
    private int _requests;

    /// <summary>A function on any clock; it runs wherever its caller does.</summary>
    public ScriptedFunction(TimeProvider time) => _time = time;

    /// <summary>A function in a simulated world: a process of its own, which runs on when the mapping's is killed.</summary>
    public ScriptedFunction(SimulatedWorld world) => (_time, _process) = (world.Time, world.Start(() => { }));

    /// <inheritdoc/>
    public string Arn => "arn:aws:lambda:us-east-1:000000000000:function:consume";

    /// <summary>What an invocation comes to; success unless told.</summary>
    public Func<FunctionCall, InvocationOutcome> Answer { get; set; } = call => call.Succeed();

    /// <summary>How long an invocation takes; no time unless told.</summary>
    public Func<FunctionCall, TimeSpan> Duration { get; set; } = _ => TimeSpan.Zero;

    /// <summary>Told of an invocation as it begins.</summary>
    public Action<FunctionCall> Entered { get; set; } = _ => { };

    /// <summary>Every invocation, in the order they began.</summary>
    public IList<FunctionCall> Calls { get; } = [];

    /// <summary>Invocations under way.</summary>
    public int Running { get; private set; }

    /// <summary>The most that ever were.</summary>
    public int MostRunning { get; private set; }

    /// <summary>The names of the records of every invocation: <c>a,b | c</c>.</summary>
    public string Batches => string.Join(" | ", Calls.Select(call => string.Join(",", call.Names)));

    /// <inheritdoc/>
    public Task<InvocationOutcome> InvokeAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<InvocationOutcome>();
        if (_process is null)
            _ = RunAsync(payload, answer);
        else
            _process.Post(_ => _ = RunAsync(payload, answer), null);
        return answer.Task;
    }

    private async Task RunAsync(ReadOnlyMemory<byte> payload, TaskCompletionSource<InvocationOutcome> answer)
    {
        var call = new FunctionCall($"request-{++_requests}", payload, _time.GetUtcNow());
        Calls.Add(call);
        Entered(call);
        MostRunning = Math.Max(MostRunning, ++Running);
        if (Duration(call) is var duration && duration > TimeSpan.Zero)
            await Task.Delay(duration, _time, CancellationToken.None);
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
