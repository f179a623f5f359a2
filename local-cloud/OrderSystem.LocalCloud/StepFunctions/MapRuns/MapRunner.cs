using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Starts map runs, and finds those that were started.</summary>
/// <param name="services">Gives the engine when it is needed: it depends on this.</param>
/// <param name="runs">Keeps the map runs.</param>
/// <param name="executions">Keeps their executions.</param>
/// <param name="objects">Reads items and writes results.</param>
/// <param name="time">Tells the time.</param>
internal sealed class MapRunner(IServiceProvider services, MapRunStore runs, ExecutionStore executions, LocalObjects objects, TimeProvider time) : IMapRunner
{
    public ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken)
    {
        var parent = executions.Find(request.ExecutionArn) ?? throw new InvalidOperationException($"Execution {request.ExecutionArn} is not kept: a distributed Map has to be of a STANDARD one");
        // The same request, made again by a resumed execution, names the same run.
        var record = runs.GetOrAdd(new MapRunRecord
        {
            Arn = $"{MapRun.ArnOf(request, "mapRun")}:{MapRun.IdOf($"{request.ExecutionArn}#{request.EventId}")}",
            ExecutionArn = request.ExecutionArn,
            ChildStateMachineArn = MapRun.ArnOf(request, "stateMachine"),
            StartDate = time.GetUtcNow(),
            Limits = request.Limits,
        });
        return new(new MapRun(record, request, parent, services.GetRequiredService<ExecutionEngine>(), runs, objects, time));
    }
}
