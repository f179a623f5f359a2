using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.CommandLine;

/// <summary>
/// Runs and prints the child executions of distributed Map states for the command <c>run</c>, without storing them.
/// </summary>
internal sealed class PrintedMapRuns(ExecutionEnvironment environment, LocalObjects objects, TextWriter output) : IMapRunner
{
    public ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken)
    {
        var record = new MapRunRecord
        {
            Arn = $"{MapRun.ArnOf(request, "mapRun")}:{MapRun.IdOf($"{request.ExecutionArn}#{request.EventId}")}",
            ExecutionArn = request.ExecutionArn,
            ChildStateMachineArn = MapRun.ArnOf(request, "stateMachine"),
            StartDate = environment.Clock.GetUtcNow(),
            Limits = request.Limits,
        };
        return new(new Run(record, request, environment with { MapRuns = this }, objects, output));
    }

    private sealed class Run(MapRunRecord record, MapRunRequest request, ExecutionEnvironment environment, LocalObjects objects, TextWriter output) : IMapRun
    {
        public string Arn => record.Arn;

        public MapRunLimits Limits => record.Limits;

        public Action? LimitsChanged { get; set; }

        public ValueTask<IReadOnlyList<MapItem>> ReadItemsAsync(StatesObject reader, StatesValue parameters, CancellationToken cancellationToken) =>
            new ItemReader(objects).ReadAsync(reader, parameters as StatesObject ?? StatesObject.Empty, cancellationToken);

        public void Plan(IReadOnlyList<MapRunChild> children) => record.Plan(children);

        public async Task<ExecutionResult> RunChildAsync(int index, CancellationToken cancellationToken)
        {
            var (input, name, started) = (record.Children[index].Input, MapRun.IdOf($"{Arn}#{index}"), environment.Clock.GetUtcNow());
            var arn = $"{MapRun.ArnOf(request, "execution")}:{name}";
            var context = new ExecutionContextObject(arn, name, null, input, started, record.ChildStateMachineArn, request.ItemProcessor.Name);
            using var execution = new Execution(request.ItemProcessor, context, input, environment, new PathPrinter(output, $"[{index}] "));
            await using var stop = cancellationToken.UnsafeRegister(static running => ((Execution)running!).Abort(null, null), execution);
            var result = await execution.RunAsync(CancellationToken.None);
            record.ChildEnded(index, new MapRunResult(arn, name, record.ChildStateMachineArn, input, result, started, environment.Clock.GetUtcNow(), RedriveCount: 0));
            return result;
        }

        public async ValueTask<StatesValue> WriteResultsAsync(StatesObject writer, StatesValue parameters, CancellationToken cancellationToken) =>
            (await new ResultWriter(objects).WriteAsync(record, writer, parameters as StatesObject ?? StatesObject.Empty, cancellationToken)).Output;

        public ValueTask RedriveAsync(int redriveCount, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask EndAsync(ExecutionStatus status, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
