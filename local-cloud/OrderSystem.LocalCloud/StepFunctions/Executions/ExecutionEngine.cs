using OrderSystem.LocalCloud.StepFunctions.Callbacks;
using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.ServiceDefaults;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Starts executions, runs them and records their outcomes.</summary>
internal sealed class ExecutionEngine(ExecutionStore store, TaskIntegrations tasks, TaskCallbacks callbacks, MapRunner mapRunner, MapRunStore runs,
    TimeProvider time, LocalCloudOptions options, ILogger<ExecutionEngine> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestExpress = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _resuming = new();
    private readonly ExecutionEnvironment _standard = new()
    {
        Tasks = tasks,
        Clock = options.TimeScale == 1 ? time : new ScaledTimeProvider(time, options.TimeScale),
        Region = options.Region,
        MapRuns = mapRunner
    };

    /// <summary>Starts an execution in the background.</summary>
    /// <returns>The started execution, or the existing execution with the same ARN.</returns>
    public ExecutionRecord Start(ExecutionRecord record)
    {
        var stored = store.GetOrAdd(record);
        if (ReferenceEquals(stored, record))
            Run(record, recorded: null);
        return stored;
    }

    /// <summary>Redrives an execution: it continues at the states that did not succeed.</summary>
    /// <returns>False if the execution is already running, for example because of another redrive request.</returns>
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

    /// <summary>
    /// Runs a child execution of a map run to its end. If the child execution has already ended and the map run does not redrive
    /// it, returns its record. Cancellation aborts the child execution.
    /// </summary>
    /// <exception cref="OperationCanceledException">The host is stopping, so the child execution was suspended like all
    /// others.</exception>
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

    /// <summary>Aborts an execution. Has no effect while the host is stopping, because the execution is then suspended.</summary>
    public void Abort(ExecutionRecord record)
    {
        if (!_stopping.IsCancellationRequested)
            record.Running?.Abort(null, null);
    }

    /// <summary>Aborts the suspended child executions of a map run that has ended, because nothing would resume them.</summary>
    public async Task AbortSuspendedChildrenAsync(string mapRunArn)
    {
        foreach (var child in store.InMemory(mapRunArn).Where(child => child is { IsRunning: true, Running: null }))
            await AbortSuspendedAsync(child);
    }

    /// <summary>Runs an EXPRESS execution and returns its result. The execution is not stored.</summary>
    public Task<ExecutionResult> RunExpressAsync(ExecutionRecord record, CancellationToken cancellationToken) =>
        Create(record, journal: null, recorded: null).RunAsync(cancellationToken);

    /// <summary>Runs an EXPRESS execution in the background. The execution is not stored.</summary>
    public void StartExpress(ExecutionRecord record) => _ = Task.Run(() => FinishAsync(record, Create(record, journal: null, recorded: null)));

    /// <summary>
    /// Loads the executions that were running when the previous process ended. These executions continue after
    /// <see cref="Resume"/>; before that, they can be described and stopped.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var running = store.LoadRunning();
        var continuing = running.Count;
        // Map runs resume their child executions themselves. A child execution whose map run has ended is aborted.
        foreach (var record in running)
        {
            if (record.MapRunArn is null)
            {
                Run(record, record.History(), _resuming.Task);
            }
            else if (runs.Find(record.MapRunArn) is not { } run || store.Find(run.ExecutionArn) is not { IsRunning: true })
            {
                await AbortSuspendedAsync(record);
                continuing--;
            }
        }

        if (continuing > 0)
            logger.ExecutionsResumed(continuing);
        // LoadRunning may have closed executions that were not yet saved as closed: write them to disk.
        await store.FlushAsync();
    }

    /// <summary>Suspends all running executions.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    /// <summary>
    /// Continues the executions that were loaded at the start. Call this method after everything that the tasks of these
    /// executions need has been created.
    /// </summary>
    public void Resume() => _resuming.TrySetResult();

    /// <summary>Waits until all earlier changes are on disk.</summary>
    public ValueTask FlushAsync() => store.FlushAsync();

    private ExecutionRecord StartChild(ExecutionRecord child)
    {
        var stored = store.GetOrAdd(child);
        if (ReferenceEquals(stored, child))
        {
            Run(child, recorded: null);
            return child;
        }

        // A child execution that was read from disk lacks the map run's item processor, so copy it from the requested child.
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
            record.Arn, record.Name, record.Revision.RoleArn, record.Input, record.StartDate, record.StateMachine.Arn, record.StateMachine.Name,
                record.StateMachine.IsExpress ? null : record.RedriveCount, record.RedriveDate);
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
            // The execution was suspended because the host is stopping, and continues when the host restarts.
        }
    }
}
