using System.Security.Cryptography;
using System.Text;
using OrderSystem.LocalCloud.StepFunctions.Executions;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>A map run whose child executions run in the execution engine.</summary>
internal sealed class MapRun(MapRunRecord record, MapRunRequest request, ExecutionRecord parent, ExecutionEngine engine, MapRunStore runs, LocalObjects objects, TimeProvider time) : IMapRun
{
    public string Arn => record.Arn;

    public MapRunLimits Limits => record.Limits;

    public Action? LimitsChanged
    {
        get => record.LimitsChanged;
        set => record.LimitsChanged = value;
    }

    public async ValueTask<IReadOnlyList<MapItem>> ReadItemsAsync(StatesObject reader, StatesValue parameters, CancellationToken cancellationToken)
    {
        // A resumed or redriven map run uses the items that it read the first time, even if the files that contain the items
        // have changed since then.
        if (record.Items is null)
        {
            record.Items = await new ItemReader(objects).ReadAsync(reader, parameters as StatesObject ?? StatesObject.Empty, cancellationToken);
            runs.SaveItems(record);
        }

        return record.Items;
    }

    public void Plan(IReadOnlyList<MapRunChild> children)
    {
        record.Plan(children);
        runs.Save(record);
    }

    public async Task<ExecutionResult> RunChildAsync(int index, CancellationToken cancellationToken)
    {
        if (record.Results[index] is { Result: { Status: ExecutionStatus.Succeeded } succeeded })
            return succeeded;
        record.ChildStarted(index);
        var child = await engine.RunChildAsync(Child(index), cancellationToken);
        record.ChildEnded(index, MapRunResult.Of(child));
        return child.Result;
    }

    public async ValueTask<StatesValue> WriteResultsAsync(StatesObject writer, StatesValue parameters, CancellationToken cancellationToken)
    {
        var (output, written) = await new ResultWriter(objects).WriteAsync(record, writer, parameters as StatesObject ?? StatesObject.Empty, cancellationToken);
        record.ResultsWritten = written;
        return output;
    }

    public ValueTask RedriveAsync(int redriveCount, CancellationToken cancellationToken)
    {
        record.Redrive(redriveCount, time.GetUtcNow());
        runs.Save(record);
        return ValueTask.CompletedTask;
    }

    public async ValueTask EndAsync(ExecutionStatus status, CancellationToken cancellationToken)
    {
        await engine.AbortSuspendedChildrenAsync(Arn);
        record.TryEnd(status, time.GetUtcNow());
        runs.Ended(record);
    }

    internal static string IdOf(string name) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString();

    /// <summary>
    /// Returns an ARN of the given type that ends with the name of the execution's state machine and the label of the Map
    /// state.
    /// </summary>
    internal static string ArnOf(MapRunRequest request, string type)
    {
        var parts = request.ExecutionArn.Split(':');
        return string.Join(':', [.. parts[..5], type, $"{parts[6]}/{request.Label ?? IdOf(request.ExecutionArn)}"]);
    }

    /// <summary>Returns the label in a map run's ARN: the label of the Map state, or a generated one.</summary>
    internal static string LabelOf(string mapRunArn) => mapRunArn.Split(':')[6].Split('/', 2)[1];

    private ExecutionRecord Child(int index)
    {
        var (input, itemCount) = record.Children[index];
        var name = IdOf($"{Arn}#{index}");
        return new ExecutionRecord
        {
            Arn = $"{ArnOf(request, "execution")}:{name}",
            Name = name,
            StateMachine = new StateMachineResource(record.ChildStateMachineArn, parent.StateMachine.Name, request.ExecutionType, parent.StateMachine.CreationDate, parent.Revision),
            Revision = parent.Revision with { Machine = request.ItemProcessor },
            InputText = input.ToJsonString(),
            Input = input,
            StartDate = time.GetUtcNow(),
            TraceHeader = parent.TraceHeader,
            MockTestCase = parent.MockTestCase,
            MapRunArn = Arn,
            MapItemIndex = index,
            ItemCount = itemCount,
            MapRunRedrive = record.RedriveCount,
        };
    }
}
