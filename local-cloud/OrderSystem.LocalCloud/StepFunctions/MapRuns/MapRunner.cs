using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.StatesLanguage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>Starts a map run, or finds the map run that an earlier attempt of a resumed execution started.</summary>
/// <param name="services">The container that resolves the engine when it is needed, because the engine depends on this
/// class.</param>
/// <param name="runs">The store of the map runs.</param>
/// <param name="executions">The store of the executions.</param>
/// <param name="objects">The local buckets from which items are read and to which results are written.</param>
/// <param name="time">The clock.</param>
internal sealed class MapRunner(IServiceProvider services, MapRunStore runs, ExecutionStore executions, LocalObjects objects, TimeProvider time) : IMapRunner
{
    public ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken)
    {
        var parent = executions.Find(request.ExecutionArn) ?? throw new InvalidOperationException($"Execution {request.ExecutionArn} is not stored, so it can't start a map run: a distributed Map state needs a STANDARD execution");
        // A resumed execution repeats its request to start the map run, and must receive the map run that it started before.
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
