using OrderSystem.LocalCloud.StepFunctions.Callbacks;
using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.ServiceDefaults;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Starts executions, runs them and notes their ends.</summary>
internal sealed class ExecutionEngine(ExecutionStore store, TaskIntegrations tasks, TaskCallbacks callbacks, MapRunner mapRunner, MapRunStore runs, TimeProvider time, LocalCloudOptions options, ILogger<ExecutionEngine> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestExpress = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _resuming = new();
    private readonly ExecutionEnvironment _standard = new() { Tasks = tasks, Clock = options.TimeScale == 1 ? time : new ScaledTimeProvider(time, options.TimeScale), Region = options.Region, MapRuns = mapRunner };

    /// <summary>Starts an execution in the background.</summary>
    /// <returns>The execution, or the one of that ARN that was there already.</returns>
    public ExecutionRecord Start(ExecutionRecord record)
    {
        var stored = store.GetOrAdd(record);
        if (ReferenceEquals(stored, record))
            Run(record, recorded: null);
        return stored;
    }

    /// <summary>Goes on with an execution at the states that did not succeed.</summary>
    /// <returns>Whether it does: another request may have come first.</returns>
    public bool TryRedrive(ExecutionRecord record, DateTimeOffset now, int mapRunRedrive = 0)
    {
        var kept = store.Recall(record);
        if (!kept.TryRedrive(now, mapRunRedrive))
            return false;
        var last = kept.History()[^1].Id;
        store.Save(kept);
        store.Journal(kept).Append(new HistoryEvent(last + 1, last, HistoryEventType.ExecutionRedriven, now, default, new ExecutionRedrivenDetails(kept.RedriveCount)));
        Run(kept, kept.History());
        return true;
    }

    /// <summary>Runs a child execution of a map run to its end, or finds how it ended; when cancelled, it is aborted.</summary>
    /// <exception cref="OperationCanceledException">The host stops: the child is suspended with everything else.</exception>
    public async Task<ExecutionRecord> RunChildAsync(ExecutionRecord child, CancellationToken cancellationToken)
    {
        var running = StartChild(child);
        try
        {
            await running.Ended.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            Abort(running);
            await running.Ended.Task.WaitAsync(_stopping.Token);
        }

        return running;
    }

    /// <summary>Stops an execution for good, unless it is suspended now.</summary>
    public void Abort(ExecutionRecord record)
    {
        if (!_stopping.IsCancellationRequested)
            record.Running?.Abort(null, null);
    }

    /// <summary>Ends the child executions of a map run that ran when the process ended and that nobody goes on with.</summary>
    public async Task AbortSuspendedChildrenAsync(string mapRunArn)
    {
        foreach (var child in store.InMemory(mapRunArn).Where(child => child is { IsRunning: true, Running: null }))
            await AbortSuspendedAsync(child);
    }

    /// <summary>Runs an execution that nobody can ask for later, as EXPRESS ones are.</summary>
    public Task<ExecutionResult> RunExpressAsync(ExecutionRecord record, CancellationToken cancellationToken) =>
        Create(record, journal: null, recorded: null).RunAsync(cancellationToken);

    /// <summary>Runs an EXPRESS execution in the background.</summary>
    public void StartExpress(ExecutionRecord record) => _ = Task.Run(() => FinishAsync(record, Create(record, journal: null, recorded: null)));

    /// <summary>Takes up the executions that ran when the process ended. They go on from <see cref="Resume"/> on; until then they can be described and stopped.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var running = store.LoadRunning();
        // Map runs go on with their children themselves; a child that has outlived its run ends.
        foreach (var record in running)
        {
            if (record.MapRunArn is null)
                Run(record, record.History(), _resuming.Task);
            else if (runs.Find(record.MapRunArn) is not { } run || store.Find(run.ExecutionArn) is not { IsRunning: true })
                await AbortSuspendedAsync(record);
        }

        if (running.Count > 0)
            logger.ExecutionsResumed(running.Count);
        // Those that had ended without a note are read from the disk.
        await store.FlushAsync();
    }

    /// <summary>Suspends what runs.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    /// <summary>Lets the executions go on that ran when the process ended: what their tasks need is there.</summary>
    public void Resume() => _resuming.TrySetResult();

    /// <summary>Completes when everything so far would survive the end of the process.</summary>
    public ValueTask FlushAsync() => store.FlushAsync();

    private ExecutionRecord StartChild(ExecutionRecord child)
    {
        var stored = store.GetOrAdd(child);
        if (ReferenceEquals(stored, child))
        {
            Run(child, recorded: null);
            return child;
        }

        // What was read from disk does not know the item processor.
        stored.Revision = child.Revision;
        if (stored is { IsRunning: true, Running: null })
        {
            Run(stored, stored.History());
        }
        else if (!stored.IsRunning && stored.Result.Status != ExecutionStatus.Succeeded && stored.MapRunRedrive < child.MapRunRedrive)
        {
            if (child.StateMachine.IsExpress)
            {
                store.Replace(child);
                Run(child, recorded: null);
                return child;
            }

            stored = store.Recall(stored);
            if (ExecutionJson.NotRedrivable(stored, time.GetUtcNow()) is null && TryRedrive(stored, time.GetUtcNow(), child.MapRunRedrive))
                return stored;
        }

        return stored;
    }

    private ValueTask AbortSuspendedAsync(ExecutionRecord record)
    {
        var now = time.GetUtcNow();
        var id = record.History() is [.., var last] ? last.Id + 1 : 1;
        store.Journal(record).Append(new HistoryEvent(id, 0, HistoryEventType.ExecutionAborted, now, default, new FailureDetails(null, null)));
        return CloseAsync(record, new ExecutionResult(ExecutionStatus.Aborted, null, null, null), now);
    }

    private ValueTask CloseAsync(ExecutionRecord record, ExecutionResult result, DateTimeOffset now)
    {
        callbacks.Closed(record.Arn);
        record.End(result, now);
        return record.IsKept ? store.ClosedAsync(record) : ValueTask.CompletedTask;
    }

    private void Run(ExecutionRecord record, IReadOnlyList<HistoryEvent>? recorded, Task? after = null)
    {
        var execution = record.Running = Create(record, store.Journal(record), recorded);
        _ = Task.Run(async () =>
        {
            if (after is not null)
                await after;
            await FinishAsync(record, execution);
        });
    }

    private Execution Create(ExecutionRecord record, IExecutionJournal? journal, IReadOnlyList<HistoryEvent>? recorded)
    {
        var parent = XRayTraceHeader.TryParse(record.TraceHeader, out var header) ? header : default;
        var context = new ExecutionContextObject(
            record.Arn, record.Name, record.Revision.RoleArn, record.Input, record.StartDate, record.StateMachine.Arn, record.StateMachine.Name, record.StateMachine.IsExpress ? null : record.RedriveCount, record.RedriveDate);
        var environment = _standard with
        {
            Tasks = record.MockTestCase is { } testCase ? tasks.Mocked(record.StateMachine.Name, testCase, recorded ?? []) : tasks,
            MaxEvents = record.StateMachine.IsExpress ? 0 : _standard.MaxEvents,
            MaxDuration = record.StateMachine.IsExpress ? LongestExpress : null,
        };
        return new Execution(record.Revision.Machine, context, record.Input, environment, journal, recorded)
        {
            RoleArn = record.Revision.RoleArn,
            StartedAs = (record.AliasArn, record.VersionArn),
            ParentSpan = parent,
        };
    }

    private async Task FinishAsync(ExecutionRecord record, Execution execution)
    {
        try
        {
            var result = await execution.RunAsync(_stopping.Token);
            if (execution.Fault is { } fault)
                logger.ExecutionCrashed(fault, record.Arn);
            await CloseAsync(record, result, time.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // Suspended with the host: it goes on when the host does.
        }
    }
}
