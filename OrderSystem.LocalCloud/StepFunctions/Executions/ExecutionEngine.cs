using OrderSystem.LocalCloud.StepFunctions.Integrations;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>Starts executions, runs them and notes their ends.</summary>
internal sealed class ExecutionEngine(ExecutionStore store, TaskIntegrations tasks, MapRunner mapRuns, TimeProvider time, LocalCloudOptions options, ILogger<ExecutionEngine> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ExecutionEnvironment _standard = new() { Tasks = tasks, Clock = options.TimeScale == 1 ? time : new ScaledTimeProvider(time, options.TimeScale), Region = options.Region, MapRuns = mapRuns };

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
    public void Redrive(ExecutionRecord record, DateTimeOffset now)
    {
        record.Redrive(now);
        var history = record.History();
        var redriven = new HistoryEvent(history[^1].Id + 1, history[^1].Id, HistoryEventType.ExecutionRedriven, now, default, new ExecutionRedrivenDetails(record.RedriveCount));
        store.Save(record);
        store.Journal(record).Append(redriven);
        Run(record, record.History());
    }

    /// <summary>Runs a child execution of a map run to its end, or finds how it ended; one that was running when the process ended goes on.</summary>
    public async Task<ExecutionResult> RunChildAsync(ExecutionRecord child, CancellationToken cancellationToken)
    {
        var stored = store.GetOrAdd(child);
        if (ReferenceEquals(stored, child))
        {
            Run(child, recorded: null);
        }
        else if (stored.IsRunning && stored.Running is null)
        {
            // What was read from disk does not know the item processor.
            stored.Revision = child.Revision;
            Run(stored, stored.History());
        }

        // A child whose map run fails is aborted; one whose host stops is suspended with everything else.
        using var stop = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (!_stopping.IsCancellationRequested)
                    stored.Running?.Abort(null, null);
            },
            null);
        return await stored.Ended.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs an execution that nobody can ask for later, as EXPRESS ones are.</summary>
    public Task<ExecutionResult> RunExpressAsync(ExecutionRecord record, CancellationToken cancellationToken) =>
        Create(record, journal: null, recorded: null).RunAsync(cancellationToken);

    /// <summary>Runs an EXPRESS execution in the background.</summary>
    public void StartExpress(ExecutionRecord record) => _ = Task.Run(() => GuardAsync(record, Create(record, journal: null, recorded: null)));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Suspends what runs.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public void Dispose() => _stopping.Dispose();

    /// <summary>Goes on with the executions that ran when the process ended. Map runs go on with their children themselves.</summary>
    public void Resume()
    {
        var running = store.LoadRunning();
        foreach (var record in running.Where(record => record.MapRunArn is null))
            Run(record, record.History());
        if (running.Count > 0)
            logger.ExecutionsResumed(running.Count);
    }

    /// <summary>Completes when the start of an execution would survive the end of the process.</summary>
    public ValueTask StartedAsync() => store.FlushAsync();

    private void Run(ExecutionRecord record, IReadOnlyList<HistoryEvent>? recorded)
    {
        var execution = record.Running = Create(record, store.Journal(record), recorded);
        _ = Task.Run(() => GuardAsync(record, execution));
    }

    private Execution Create(ExecutionRecord record, IExecutionJournal? journal, IReadOnlyList<HistoryEvent>? recorded)
    {
        var parent = XRayTraceHeader.TryParse(record.TraceHeader, out var header) ? header : default;
        var context = new ExecutionContextObject(
            record.Arn, record.Name, record.Revision.RoleArn, record.Input, record.StartDate, record.StateMachine.Arn, record.StateMachine.Name, record.StateMachine.IsExpress ? null : record.RedriveCount, record.RedriveDate);
        var environment = _standard with
        {
            Tasks = record.MockTestCase is { } testCase ? tasks.Mocked(record.StateMachine.Name, testCase) : tasks,
            MaxEvents = record.StateMachine.IsExpress ? 0 : _standard.MaxEvents,
        };
        return new Execution(record.Revision.Machine, context, record.Input, environment, journal, recorded)
        {
            RoleArn = record.Revision.RoleArn,
            StartedAs = (record.AliasArn, record.VersionArn),
            ParentSpan = parent,
        };
    }

    private async Task GuardAsync(ExecutionRecord record, Execution execution)
    {
        ExecutionResult result;
        try
        {
            result = await execution.RunAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception)
        {
            logger.ExecutionCrashed(exception, record.Arn);
            result = new ExecutionResult(ExecutionStatus.Failed, null, StatesErrors.Runtime, exception.Message);
        }

        record.End(result, time.GetUtcNow());
        if (!record.StateMachine.IsExpress)
            store.Closed(record);
    }
}
