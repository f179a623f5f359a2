using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Runs the items of distributed Map states as child executions.</summary>
/// <param name="services">Gives the engine when it is needed: it depends on this.</param>
/// <param name="store">Keeps the child executions.</param>
/// <param name="objects">Reads items and writes results.</param>
/// <param name="time">Tells the time.</param>
internal sealed class MapRunner(IServiceProvider services, ExecutionStore store, LocalObjects objects, TimeProvider time) : IMapRunner
{
    private readonly ConcurrentDictionary<string, MapRun> _runs = new(StringComparer.Ordinal);

    public MapRun? Find(string arn) => _runs.GetValueOrDefault(arn);

    /// <summary>The runs of an execution, newest first.</summary>
    public IReadOnlyList<MapRun> Of(string executionArn) => [.. _runs.Values.Where(run => run.ExecutionArn == executionArn).OrderByDescending(run => run.StartDate)];

    public ValueTask<string> StartAsync(MapRunRequest request, CancellationToken cancellationToken)
    {
        // The same request, made again by a resumed execution, names the same run.
        var id = IdOf($"{request.ExecutionArn}#{request.EventId}");
        var arn = ArnParts(request, "mapRun") + $":{id}";
        _runs.TryAdd(arn, CreateRun(arn, request));
        return new(arn);
    }

    public async Task<ExecutionResult> RunItemAsync(MapRunRequest request, string mapRunArn, int index, JsonValue input, CancellationToken cancellationToken)
    {
        var run = _runs.GetOrAdd(mapRunArn, static (arn, state) => state.Runner.CreateRun(arn, state.Request), (Runner: this, Request: request));
        var parent = store.Find(request.ExecutionArn) ?? throw new InvalidOperationException($"Execution {request.ExecutionArn} is not known");
        run.ChildStarted();
        var result = await services.GetRequiredService<ExecutionEngine>().RunChildAsync(Child(request, run, parent, index, input), cancellationToken);
        run.ChildEnded(index, result.Status);
        return result;
    }

    public ValueTask<JsonValue> ReadItemsAsync(JsonObject reader, JsonValue parameters, CancellationToken cancellationToken) =>
        new ItemReader(objects).ReadAsync(reader, parameters as JsonObject ?? JsonObject.Empty, cancellationToken);

    public ValueTask<JsonValue> WriteResultsAsync(MapRunRequest request, string mapRunArn, JsonObject writer, JsonValue parameters, IReadOnlyList<(JsonValue Input, ExecutionResult Result)> results, CancellationToken cancellationToken) =>
        new ResultWriter(objects).WriteAsync(mapRunArn, writer, parameters as JsonObject ?? JsonObject.Empty, results, cancellationToken);

    public ValueTask EndAsync(string mapRunArn, ExecutionStatus status, CancellationToken cancellationToken)
    {
        Find(mapRunArn)?.End(status, time.GetUtcNow());
        return ValueTask.CompletedTask;
    }

    private static string IdOf(string name) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString();

    private static string ArnParts(MapRunRequest request, string type)
    {
        var parts = request.ExecutionArn.Split(':');
        return string.Join(':', [.. parts[..5], type, $"{parts[6]}/{request.Label ?? IdOf(request.ExecutionArn)}"]);
    }

    private MapRun CreateRun(string arn, MapRunRequest request) => new(arn, request, time.GetUtcNow()) { ChildStateMachineArn = ArnParts(request, "stateMachine") };

    private ExecutionRecord Child(MapRunRequest request, MapRun run, ExecutionRecord parent, int index, JsonValue input)
    {
        var name = IdOf($"{run.Arn}#{index}");
        return new ExecutionRecord
        {
            Arn = ArnParts(request, "execution") + $":{name}",
            Name = name,
            StateMachine = new StateMachineResource(run.ChildStateMachineArn, parent.StateMachine.Name, request.ExecutionType, parent.StateMachine.CreationDate, parent.Revision),
            Revision = parent.Revision with { Machine = request.ItemProcessor },
            InputText = input.ToJsonString(),
            Input = input,
            StartDate = time.GetUtcNow(),
            TraceHeader = parent.TraceHeader,
            MockTestCase = parent.MockTestCase,
            MapRunArn = run.Arn,
            MapItemIndex = index,
        };
    }
}
