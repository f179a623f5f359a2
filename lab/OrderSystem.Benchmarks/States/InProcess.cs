using System.Diagnostics;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.Benchmarks.States;

/// <summary>
/// Runs executions one after another directly on the interpreter, without the Step Functions API. The executions'
/// histories are kept in memory.
/// </summary>
internal sealed class InProcess(Workload workload)
{
    private const int Inputs = 64;

    private readonly ExecutionEnvironment _environment = new() { Tasks = new Answers(workload.Tasks) };
    private readonly string[] _inputs = [.. Enumerable.Range(0, Inputs).Select(i => workload.Input(i).ToJsonString())];

    /// <summary>
    /// Returns the executions per second of the fastest run, because other programs on the machine slowed this run down
    /// least.
    /// </summary>
    public async Task<double> RateAsync(TimeSpan length, int runs, CancellationToken cancellationToken)
    {
        await RunForAsync(length, cancellationToken);
        var best = 0.0;
        for (var run = 0; run < runs; run++)
            best = Math.Max(best, await RunForAsync(length, cancellationToken));
        return best;
    }

    /// <summary>Returns the average number of bytes that an execution allocates.</summary>
    public async Task<double> AllocatedAsync(int executions, CancellationToken cancellationToken)
    {
        await RunAsync(executions, cancellationToken);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await RunAsync(executions, cancellationToken);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)executions;
    }

    /// <summary>Runs a number of executions, one after another.</summary>
    public async Task RunAsync(int executions, CancellationToken cancellationToken)
    {
        for (var i = 0; i < executions; i++)
            await ExecuteAsync(i, cancellationToken);
    }

    private async Task<double> RunForAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var executions = 0;
        while (Stopwatch.GetElapsedTime(started) < length)
            await ExecuteAsync(executions++, cancellationToken);
        return executions / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task ExecuteAsync(int number, CancellationToken cancellationToken)
    {
        // Parse the input within the measured time, because Step Functions also receives the input as text.
        var input = StatesValue.Parse(_inputs[number % Inputs]);
        var name = $"e-{number}";
        var context = new ExecutionContextObject($"arn:aws:states:us-east-1:000000000000:execution:{workload.Name}:{name}", name, null, input,
            _environment.Clock.GetUtcNow(), "arn:aws:states:us-east-1:000000000000:stateMachine:" + workload.Name, workload.Name);
        using var execution = new Execution(workload.Machine, context, input, _environment, new MemoryJournal());
        var result = await execution.RunAsync(cancellationToken);
        if (result.Status != ExecutionStatus.Succeeded)
            throw new InvalidOperationException($"An execution of {workload.Name} ended with status {result.Status}: {result.Error} {result.Cause}");
    }

    private sealed class MemoryJournal : IExecutionJournal
    {
        private readonly List<HistoryEvent> _events = [];

        public void Append(HistoryEvent historyEvent) => _events.Add(historyEvent);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class Answers(StatesObject byState) : ITaskIntegration
    {
        public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) => new(byState[request.StateName]!);

        public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) => new(submitted);
    }
}
