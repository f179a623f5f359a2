using OrderSystem.EventSources.Functions;

namespace OrderSystem.EventSources.Testing;

/// <summary>A function that returns scripted outcomes and records every invocation.</summary>
public sealed class ScriptedFunction : IFunction
{
    private readonly TimeProvider _time;
    private readonly SimulatedProcess? _process;
    private int _requests;

    /// <summary>Creates a function that runs in its caller's synchronization context.</summary>
    public ScriptedFunction(TimeProvider time) => _time = time;

    /// <summary>
    /// Creates a function that runs in its own simulated process, so that the function keeps running when the mapping is
    /// killed.
    /// </summary>
    public ScriptedFunction(SimulatedWorld world) => (_time, _process) = (world.Time, world.Start(() => { }));

    /// <inheritdoc/>
    public string Arn => "arn:aws:lambda:us-east-1:000000000000:function:consume";

    /// <summary>Returns the outcome of an invocation. Default: success.</summary>
    public Func<FunctionCall, InvocationOutcome> Answer { get; set; } = call => call.Succeed();

    /// <summary>Returns the duration of an invocation. Default: zero.</summary>
    public Func<FunctionCall, TimeSpan> Duration { get; set; } = _ => TimeSpan.Zero;

    /// <summary>Called at the start of an invocation.</summary>
    public Action<FunctionCall> Entered { get; set; } = _ => { };

    /// <summary>All invocations, in the order in which they started.</summary>
    public IList<FunctionCall> Calls { get; } = [];

    /// <summary>The number of invocations in progress.</summary>
    public int Running { get; private set; }

    /// <summary>The maximum number of concurrent invocations so far.</summary>
    public int MostRunning { get; private set; }

    /// <summary>The names of the records in each invocation, for example <c>a,b | c</c> for two invocations.</summary>
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
