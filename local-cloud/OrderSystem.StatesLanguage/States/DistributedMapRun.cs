using System.Threading.Channels;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage.States;

/// <summary>
/// Runs a distributed Map state as a map run. Each time that an execution enters the state, a new instance is created.
/// </summary>
internal sealed class DistributedMapRun(DistributedMap fields, MapState map, StateScope scope, StatesValue input, MapRunRequest request)
{
    /// <summary>The maximum number of concurrent child executions if the definition sets no limit.</summary>
    private const long DefaultConcurrency = 10_000;

    private readonly Branch _branch = scope.Branch;
    private IMapRun? _run;

    public async ValueTask<StatesValue> RunAsync(IMapRunner runner, IReadOnlyList<MapItem>? items, CancellationToken cancellationToken)
    {
        var run = _branch.NextRecorded is null ? await FindAsync(runner, cancellationToken) : null;
        await _branch.RecordAsync(HistoryEventType.MapRunStarted, run is null ? null : new MapRunDetails(run.Arn), cancellationToken);
        _branch.HasOpenMapRun = true;
        try
        {
            await RedriveAsync(runner, cancellationToken);
            return await OutcomeAsync(runner, items, cancellationToken);
        }
        catch (OperationCanceledException) when (!scope.Execution.IsSuspended)
        {
            _run ??= await runner.StartAsync(request, CancellationToken.None);
            await _run.EndAsync(ExecutionStatus.Aborted, CancellationToken.None);
            throw;
        }
    }

    private async ValueTask<StatesValue> OutcomeAsync(IMapRunner runner, IReadOnlyList<MapItem>? items, CancellationToken cancellationToken)
    {
        switch (_branch.NextRecorded)
        {
            case { Type: HistoryEventType.MapRunFailed, Details: FailureDetails recorded }:
                await FailAsync(recorded, cancellationToken);
                throw new StatesErrorException(recorded.Error, recorded.Cause);
            case { Type: HistoryEventType.MapRunSucceeded, Details: MapRunSucceededDetails recorded }:
                return await SucceedAsync(recorded.Output, cancellationToken);
        }

        var run = await FindAsync(runner, cancellationToken);
        await scope.Execution.FlushAsync(cancellationToken);
        try
        {
            var output = await ProcessAsync(run, items, cancellationToken);
            await run.EndAsync(ExecutionStatus.Succeeded, cancellationToken);
            return await SucceedAsync(output, cancellationToken);
        }
        catch (StatesErrorException failure)
        {
            await run.EndAsync(ExecutionStatus.Failed, cancellationToken);
            await FailAsync(new FailureDetails(failure.Error, failure.Cause), cancellationToken);
            throw;
        }
    }

    private async ValueTask<IMapRun> FindAsync(IMapRunner runner, CancellationToken cancellationToken)
    {
        await _branch.CaughtUpAsync(cancellationToken);
        return _run ??= await runner.StartAsync(request, cancellationToken);
    }

    /// <summary>Redrives the map run once for each redrive that the execution's history contains.</summary>
    private async ValueTask RedriveAsync(IMapRunner runner, CancellationToken cancellationToken)
    {
        for (var redrives = 1; _branch.NextRecorded is { Type: HistoryEventType.ExecutionRedriven }; redrives++)
        {
            await _branch.RecordAsync(HistoryEventType.ExecutionRedriven, null, cancellationToken);
            MapRunRedrivenDetails? details = null;
            if (_branch.NextRecorded is null)
            {
                var run = await FindAsync(runner, cancellationToken);
                await run.RedriveAsync(redrives, cancellationToken);
                details = new MapRunRedrivenDetails(run.Arn, redrives);
            }

            await _branch.RecordAsync(HistoryEventType.MapRunRedriven, details, cancellationToken);
        }
    }

    private async ValueTask<StatesValue> ProcessAsync(IMapRun run, IReadOnlyList<MapItem>? items, CancellationToken cancellationToken)
    {
        items ??= await run.ReadItemsAsync(fields.ItemReader!, fields.ReaderArguments?.Evaluate(scope, input) ?? StatesObject.Empty, cancellationToken);
        var children = fields.Children(map, scope, input, items);
        run.Plan(children);
        var (results, isTolerated) = await RunChildrenAsync(run, children, cancellationToken);
        StatesValue? written = null;
        if (fields.ResultWriter is not null && (isTolerated || fields.ExportsResults))
            written = await run.WriteResultsAsync(fields.ResultWriter, fields.WriterArguments?.Evaluate(scope, input) ?? StatesObject.Empty, cancellationToken);
        return isTolerated
            ? written ?? new StatesArray(results.Where(result => result?.Status == ExecutionStatus.Succeeded).Select(result => result!.Output!).ToArray())
            : throw DistributedMap.ThresholdExceeded();
    }

    /// <summary>Runs child executions within the concurrency limit until all have ended or too many items have failed.</summary>
    private static async ValueTask<(ExecutionResult?[] Results, bool IsTolerated)> RunChildrenAsync(IMapRun run, IReadOnlyList<MapRunChild> children, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var turns = Channel.CreateUnbounded<Task<ExecutionResult>?>(new UnboundedChannelOptions { SingleReader = true });
        var results = new ExecutionResult?[children.Count];
        var itemCount = children.Sum(child => child.ItemCount);
        var (started, running, failures, isTolerated) = (0, 0, 0, true);
        Task<ExecutionResult>? broken = null;
        run.LimitsChanged = () => turns.Writer.TryWrite(null);
        while (true)
        {
            if (isTolerated && !run.Limits.Tolerate(failures, itemCount))
            {
                isTolerated = false;
                await stop.CancelAsync();
            }

            for (; started < children.Count && !stop.IsCancellationRequested && running < (run.Limits.MaxConcurrency <= 0 ? DefaultConcurrency : run.Limits.MaxConcurrency); running++)
                _ = RunAsync(started++);
            if (running == 0)
                break;
            if (await turns.Reader.ReadAsync(CancellationToken.None) is not { } ended)
                continue;
            running--;
            if (!ended.IsFaulted)
                continue;
            broken = ended;
            await stop.CancelAsync();
        }

        run.LimitsChanged = null;
        if (broken is not null)
            await broken;
        cancellationToken.ThrowIfCancellationRequested();
        return (results, isTolerated);

        async Task RunAsync(int index)
        {
            var child = run.RunChildAsync(index, stop.Token);
            await ((Task)child).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (child.IsCompletedSuccessfully)
            {
                results[index] = await child;
                if (results[index]!.Status != ExecutionStatus.Succeeded)
                    Interlocked.Add(ref failures, children[index].ItemCount);
            }

            turns.Writer.TryWrite(child);
        }
    }

    private async ValueTask<StatesValue> SucceedAsync(StatesValue output, CancellationToken cancellationToken)
    {
        var last = _branch.LastEventId;
        await _branch.RecordAsync(HistoryEventType.MapRunSucceeded, new MapRunSucceededDetails(output), cancellationToken);
        _branch.HasOpenMapRun = false;
        await _branch.RecordAsync(HistoryEventType.MapStateSucceeded, null, cancellationToken);
        _branch.LastEventId = last;
        return output;
    }

    private async ValueTask FailAsync(FailureDetails failure, CancellationToken cancellationToken)
    {
        await _branch.RecordAsync(HistoryEventType.MapRunFailed, failure, cancellationToken);
        _branch.HasOpenMapRun = false;
    }
}
