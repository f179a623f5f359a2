using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage;

/// <summary>
/// Runs state machines with a fake clock that jumps to the next timer, and with a task function that the test supplies.
/// </summary>
internal sealed class Run : ITaskIntegration, IExecutionJournal
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Only an execution that hangs takes this long. This timeout fails just that test, so that the report names it.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    private readonly List<HistoryEvent> _events = [];

    public JumpingClock Clock { get; init; } = new(Start);

    /// <summary>The function that runs the tasks. By default a task returns its input.</summary>
    public Func<TaskRequest, CancellationToken, ValueTask<StatesValue>> Task { get; init; } = (request, _) => new(request.Parameters);

    public ConcurrentQueue<TaskRequest> Requests { get; } = new();

    public IReadOnlyList<HistoryEvent> Events => _events;

    /// <summary>
    /// Cancelling this source ends the execution as if its process had been killed: no more events are recorded.
    /// </summary>
    public CancellationTokenSource Suspension { get; } = new();

    /// <summary>Called with each event after the event has been recorded.</summary>
    public Action<HistoryEvent>? Recorded { get; set; }

    public IEnumerable<string> EventTypes => _events.Select(recorded => recorded.Type.ToString());

    public static StatesValue Json(string text) => StatesValue.Parse(text);

    public static Task<ExecutionResult> Of(string definition, string input = "{}") => new Run().RunAsync(definition, input);

    public Task<ExecutionResult> RunAsync(string definition, string input = "{}", IReadOnlyList<HistoryEvent>? recorded = null) =>
        RunAsync(StateMachine.Parse("machine", definition), input, recorded);

    public async Task<ExecutionResult> RunAsync(StateMachine machine, string input, IReadOnlyList<HistoryEvent>? recorded = null)
    {
        _events.AddRange(recorded ?? []);
        using var execution = Create(machine, input, recorded);
        using var suspend = CancellationTokenSource.CreateLinkedTokenSource(Suspension.Token, TestContext.Current.CancellationToken);
        return await execution.RunAsync(suspend.Token).WaitAsync(LongestRun, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public Execution Create(StateMachine machine, string input, IReadOnlyList<HistoryEvent>? recorded = null)
    {
        var value = StatesValue.Parse(input);
        var context = new ExecutionContextObject("arn:aws:states:us-east-1:000000000000:execution:machine:run", "run",
            "arn:aws:iam::000000000000:role/r", value, Start, "arn:aws:states:us-east-1:000000000000:stateMachine:machine", "machine");
        return new Execution(machine, context, value, new ExecutionEnvironment { Tasks = this, Clock = Clock }, this, recorded);
    }

    public void Append(HistoryEvent historyEvent)
    {
        lock (_events)
            _events.Add(historyEvent);
        Recorded?.Invoke(historyEvent);
    }

    /// <summary>
    /// Called before each effect of an execution, such as a task call. A test can set a function that throws, as if the
    /// history could not be stored.
    /// </summary>
    public Func<ValueTask> Flush { get; set; } = () => ValueTask.CompletedTask;

    public ValueTask FlushAsync(CancellationToken cancellationToken) => Flush();

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request);
        return Task(request, cancellationToken);
    }

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) => Task(request, cancellationToken);
}

/// <summary>A clock that stands still until something waits, and then jumps to the end of the wait.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _inner = new(start);

    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Whether the clock jumps to the due time of each new timer; if false, the time never changes.</summary>
    public bool Jumps { get; init; } = true;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _inner.CreateTimer(callback, state, dueTime, period);
        if (Jumps && dueTime > TimeSpan.Zero)
        {
            lock (Waits)
                Waits.Add(dueTime);
            ThreadPool.QueueUserWorkItem(_ => _inner.Advance(dueTime));
        }

        return timer;
    }
}
