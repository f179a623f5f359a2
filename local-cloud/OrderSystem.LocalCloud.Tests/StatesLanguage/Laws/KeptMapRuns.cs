using System.Collections.Concurrent;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>Map runs whose child executions keep their histories when the parent execution is killed and resumed.</summary>
internal sealed class KeptMapRuns
{
    private readonly ConcurrentDictionary<string, Run> _runs = new(StringComparer.Ordinal);

    /// <summary>The histories of all child executions.</summary>
    public IEnumerable<IReadOnlyList<HistoryEvent>> Children => _runs.Values.SelectMany(run => run.Children.Values).Select(child => child.Events);

    /// <summary>The status of each map run.</summary>
    public IEnumerable<ExecutionStatus> Statuses => _runs.Values.Select(run => run.Status);

    /// <summary>
    /// Returns the map runner that the parent execution uses until the execution is killed. Cancelling
    /// <paramref name="killed"/> kills the child executions of the map runs.
    /// </summary>
    public IMapRunner In(ITaskIntegration tasks, CancellationToken killed) => new Life(this, tasks, killed);

    private sealed class Life(KeptMapRuns kept, ITaskIntegration tasks, CancellationToken killed) : IMapRunner
    {
        public ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken)
        {
            var arn = $"{request.ExecutionArn}/run:{request.EventId}";
            var run = kept._runs.GetOrAdd(arn, _ => new Run());
            return new(new LivingRun(arn, run, request, this));
        }

        public async Task<ExecutionResult> RunAsync(Child child, string arn, MapRunRequest request, StatesValue input, CancellationToken cancellationToken)
        {
            if (child.Result is not null)
                return child.Result;
            var context = new ExecutionContextObject(arn, "child", null, input, DateTimeOffset.UnixEpoch, "machine", "machine", child.Redrives);
            var environment = new ExecutionEnvironment { Tasks = tasks, Clock = new ImmediateClock(), MapRuns = this };
            using var execution = new Execution(request.ItemProcessor, context, input, environment, child, [.. child.Events]);
            await using var stop = cancellationToken.UnsafeRegister(
                _ =>
                {
                    if (!killed.IsCancellationRequested)
                        execution.Abort(null, null);
                },
                null);
            return child.Result = await execution.RunAsync(killed);
        }
    }

    private sealed class Run
    {
        public ConcurrentDictionary<int, Child> Children { get; } = new();

        public ExecutionStatus Status { get; set; } = ExecutionStatus.Running;

        public int Redrives { get; set; }
    }

    private sealed class Child : IExecutionJournal
    {
        private readonly List<HistoryEvent> _events = [];

        public IReadOnlyList<HistoryEvent> Events => _events;

        public ExecutionResult? Result { get; set; }

        public int Redrives { get; set; }

        public void Append(HistoryEvent historyEvent) => _events.Add(historyEvent);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Redrive(int redrives)
        {
            if (Result is null or { Status: ExecutionStatus.Succeeded } || Redrives >= redrives)
                return;
            (Result, Redrives) = (null, redrives);
            var last = _events[^1];
            _events.Add(new HistoryEvent(last.Id + 1, last.Id, HistoryEventType.ExecutionRedriven, last.Timestamp, default, new ExecutionRedrivenDetails(redrives)));
        }
    }

    private sealed class LivingRun(string arn, Run run, MapRunRequest request, Life life) : IMapRun
    {
        private IReadOnlyList<MapRunChild> _children = [];

        public string Arn => arn;

        public MapRunLimits Limits => request.Limits;

        public Action? LimitsChanged { get; set; }

        public ValueTask<IReadOnlyList<MapItem>> ReadItemsAsync(StatesObject reader, StatesValue parameters, CancellationToken cancellationToken) => new([]);

        public void Plan(IReadOnlyList<MapRunChild> children) => _children = children;

        public Task<ExecutionResult> RunChildAsync(int index, CancellationToken cancellationToken)
        {
            var child = run.Children.GetOrAdd(index, _ => new Child { Redrives = run.Redrives });
            child.Redrive(run.Redrives);
            return life.RunAsync(child, $"{arn}:{index}", request, _children[index].Input, cancellationToken);
        }

        public ValueTask<StatesValue> WriteResultsAsync(StatesObject writer, StatesValue parameters, CancellationToken cancellationToken) =>
            new(new StatesArray(run.Children.OrderBy(child => child.Key).Select(child => child.Value.Result!.Output ?? (StatesValue?)child.Value.Result.Error ?? StatesValue.Null)));

        public ValueTask RedriveAsync(int redriveCount, CancellationToken cancellationToken)
        {
            (run.Redrives, run.Status) = (redriveCount, ExecutionStatus.Running);
            return ValueTask.CompletedTask;
        }

        public ValueTask EndAsync(ExecutionStatus status, CancellationToken cancellationToken)
        {
            run.Status = run.Status == ExecutionStatus.Running ? status : run.Status;
            return ValueTask.CompletedTask;
        }
    }
}
