using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Starts map runs, and finds map runs that have already started.</summary>
/// <param name="services">Resolves the engine when it is needed, because it depends on this class.</param>
/// <param name="runs">The map runs.</param>
/// <param name="executions">The executions.</param>
/// <param name="objects">Reads items and writes results.</param>
/// <param name="time">The clock.</param>
internal sealed class MapRunner(IServiceProvider services, MapRunStore runs, ExecutionStore executions, LocalObjects objects, TimeProvider time) : IMapRunner
{
    public ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken)
    {
        var parent = executions.Find(request.ExecutionArn) ?? throw new InvalidOperationException($"Execution {request.ExecutionArn} is not stored: a distributed Map needs a STANDARD execution");
        // A resumed execution repeats the request, and must get the same run.
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
