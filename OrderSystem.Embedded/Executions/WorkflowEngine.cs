using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.DeadLetters;
using OrderSystem.Embedded.Stack;
using OrderSystem.Embedded.Storage;
using OrderSystem.Sqlite.Sessions;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Embedded.Executions;

/// <summary>
/// Runs executions of the order workflow in this process. After a restart, each execution resumes from its stored history.
/// </summary>
internal sealed class WorkflowEngine : IWorkflowStarter, IDisposable
{

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long to wait until the running attempt of an execution has stopped. The attempt is cancelled if the execution's history
    /// can't be written.
    /// </summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(30);

    private readonly EmbeddedDatabase _database;
    private readonly StateMachineDeclaration _declaration;
    private readonly StateMachineRevisions _revisions;
    private readonly BrokenExecutions _broken;
    private readonly ExecutionEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly RunningExecutions _running;

    public WorkflowEngine(EmbeddedDatabase database, EmbeddedStack stack, WorkflowTasks tasks, DeadLetterQueue deadLetters, RunningExecutions running,
        TimeProvider time, ILogger<WorkflowEngine> logger)
    {
        (_database, _running, _time, _logger, _declaration) = (database, running, time, logger, stack.StateMachine);
        _revisions = new StateMachineRevisions(database, _declaration.Name, _declaration.Definition);
        _broken = new BrokenExecutions(deadLetters, stack.DeadLetterQueue);
        _environment = new ExecutionEnvironment { Tasks = tasks, Clock = time };
    }

    /// <summary>The number of executions that can't continue because their history can't be written.</summary>
    public int Waiting => _running.Values.Count(execution => execution.IsRefused);

    /// <summary>
    /// The number of executions in which nothing has happened for longer than <paramref name="limit"/>, although no Wait
    /// state or retry delay is pending.
    /// </summary>
    public int Stuck(TimeSpan limit) => _running.Values.Count(execution => execution.IsStuck(limit));

    /// <inheritdoc />
    public async Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken)
    {
        var parent = Activity.Current?.Id;
        var now = _time.GetUtcNow();
        string? other = null;
        var started = await BeginAsync(session =>
        {
            var inserted = ExecutionTable.TryInsert(session, name, input, parent, now, _revisions.Current);
            other = inserted is null ? ExecutionTable.InputOf(session, name) : null;
            return inserted;
        }, cancellationToken);
        if (started is null && other != input)
            throw new WorkflowConflictException($"Execution {name} already exists with a different input: another order with this id was processed before.");
        return started is not null;
    }

    /// <summary>Reads the input of a running or ended execution; null if the name is unknown.</summary>
    public string? InputOf(string name) => _database.Read(session => ExecutionTable.InputOf(session, name));

    /// <summary>Starts a new execution with the input of an ended execution.</summary>
    /// <param name="name">The new execution's name.</param>
    /// <param name="input">The input of the ended execution, with which the new execution is started.</param>
    /// <param name="claim">
    /// Called in the transaction that starts the execution. If it returns false, because another caller was first, no
    /// execution is started.
    /// </param>
    /// <param name="cancellationToken">Cancels the start if it has not begun.</param>
    /// <returns>The new execution's name; null if <paramref name="claim"/> returned false.</returns>
    /// <exception cref="StoreUnavailableException">
    /// The database file can't be written; neither the claim nor the start took effect.
    /// </exception>
    public async Task<string?> StartAgainAsync(string name, string input, Func<Session, bool> claim, CancellationToken cancellationToken)
    {
        var parent = Activity.Current?.Id;
        var now = _time.GetUtcNow();
        var started = await BeginAsync(session => claim(session) ? ExecutionTable.Insert(session, name, input, parent, now, _revisions.Current) : null, cancellationToken);
        return started?.Name;
    }

    /// <summary>
    /// Stores the current definition, and resumes the previous process's executions, each with the definition that it began
    /// with.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database file can't be read or written.</exception>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await _revisions.RegisterAsync(cancellationToken);
        Resume(_database.Read(ExecutionTable.Running));
    }

    /// <summary>Resumes executions that are unfinished in the database but are not running in this process.</summary>
    /// <exception cref="StoreUnavailableException">The database file can't be read or written.</exception>
    public async Task AdoptAsync(CancellationToken cancellationToken)
    {
        if (_database.Read(ExecutionTable.RunningNumbers).All(_running.ContainsKey))
            return;
        // Check again on the database's writer thread: an execution may have begun or ended since the first check.
        Resume(await _database.WriteAsync(
            session => ExecutionTable.Running(session).Where(execution => !_running.ContainsKey(execution.Number) && !_stopping.IsCancellationRequested).ToList(), cancellationToken));
    }

    /// <summary>Suspends the running executions, and waits up to <paramref name="limit"/> for them to stop.</summary>
    /// <returns>The number of executions that have not stopped; the next process resumes them.</returns>
    public async Task<int> StopAsync(TimeSpan limit)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values.Select(execution => execution.Ended)).WaitAsync(limit, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _running.Count;
    }

    public void Dispose() => _stopping.Dispose();

    private void Resume(IReadOnlyList<StartedExecution> found)
    {
        foreach (var execution in found)
        {
            var running = new RunningExecution(_time);
            if (_running.TryAdd(execution.Number, running))
                _ = DriveAsync(execution, running, AttemptAsync(stop => GoOnAsync(execution, running, stop), CancellationToken.None));
        }

        if (found.Count > 0)
            Log.ExecutionsResumed(_logger, found.Count);
    }

    private IReadOnlyList<HistoryEvent> History(StartedExecution execution) => _database.Read(session => HistoryJournal.Read(session, execution.Number));

    /// <summary>Inserts a new execution and begins it, in one transaction.</summary>
    /// <param name="insert">Inserts the execution, or returns null to begin no execution.</param>
    /// <param name="cancellationToken">Cancels the start if it has not begun.</param>
    /// <returns>The execution, after it was written to disk; null if <paramref name="insert"/> returned null.</returns>
    /// <exception cref="StoreUnavailableException">The database file can't be written; no execution was started.</exception>
    private Task<StartedExecution?> BeginAsync(Func<Session, StartedExecution?> insert, CancellationToken cancellationToken)
    {
        var begun = new TaskCompletionSource<StartedExecution?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = BeginAsync(insert, begun, cancellationToken);
        return begun.Task;
    }

    private async Task BeginAsync(Func<Session, StartedExecution?> insert, TaskCompletionSource<StartedExecution?> begun, CancellationToken cancellationToken)
    {
        StartedExecution? started = null;
        var running = new RunningExecution(_time);
        var attempt = AttemptAsync(async stop =>
        {
            started = await _database.WriteAsync(session =>
            {
                var inserted = insert(session);
                session.AtEnd(failure => Begun(inserted, running, begun, failure));
                return inserted;
            }, CancellationToken.None);
            if (started is not null)
                await RunToEndAsync(started, running, recorded: null, stop);
        }, cancellationToken);
        try
        {
            if (await attempt is { } refusal && !begun.Task.IsCompleted)
                begun.SetException(refusal);
            else if (started is not null)
                await DriveAsync(started, running, attempt);
        }
        catch (Exception e) when (begun.TrySetException(e))
        {
            // TrySetException has reported the failure to the caller of StartAsync.
        }
    }

    // Register the execution as running before its start is reported.
    private void Begun(StartedExecution? inserted, RunningExecution running, TaskCompletionSource<StartedExecution?> begun, Exception? failure)
    {
        if (failure is not null)
            return;
        if (inserted is not null)
            _running[inserted.Number] = running;
        begun.SetResult(inserted);
    }

    /// <summary>Retries an execution until its history can be written, or the process stops.</summary>
    private async Task DriveAsync(StartedExecution execution, RunningExecution running, Task<Exception?> attempt)
    {
        try
        {
            while (await attempt is { } refusal && !_stopping.IsCancellationRequested)
            {
                Log.ExecutionWaits(_logger, refusal, execution.Name);
                running.IsRefused = true;
                await Task.Delay(RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                attempt = AttemptAsync(stop => GoOnAsync(execution, running, stop), CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // The execution is still in the database: AdoptAsync resumes it.
            Log.ExecutionDropped(_logger, e, execution.Name);
        }
        finally
        {
            _running.TryRemove(execution.Number, out _);
            running.End();
        }
    }

    /// <summary>
    /// Runs an execution until it ends or the process stops. All writes that the execution makes without waiting for
    /// anything outside the database are committed in one transaction.
    /// </summary>
    /// <returns>
    /// The exception of a failed write, after which the execution must be resumed from its stored history; null if the
    /// execution ended or the process stops.
    /// </returns>
    private async Task<Exception?> AttemptAsync(Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task running = Task.CompletedTask;
        try
        {
            await _database.TogetherAsync(async () =>
            {
                await (running = run(stop.Token));
                return true;
            }, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is HistoryUnavailableException or StoreUnavailableException)
        {
            // If part of the execution's transaction was rolled back, its in-memory state is ahead of the database: cancel
            // the attempt and let it drain.
            await stop.CancelAsync();
            await running.WaitAsync(DrainPatience, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return e;
        }
    }

    private async Task GoOnAsync(StartedExecution execution, RunningExecution running, CancellationToken cancellationToken)
    {
        var recorded = History(execution);
        running.Begin(recorded);
        if (running.IsRefused)
            _ = TakenAsync(running, _database.OnDiskAsync());
        await RunToEndAsync(execution, running, recorded, cancellationToken);
    }

    private static async Task TakenAsync(RunningExecution running, Task onDisk)
    {
        await onDisk.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (onDisk.IsCompletedSuccessfully)
            running.IsRefused = false;
    }

    private async Task RunToEndAsync(StartedExecution started, RunningExecution running, IReadOnlyList<HistoryEvent>? recorded, CancellationToken cancellationToken)
    {
        var journal = new HistoryJournal(_database, started.Number, running);
        try
        {
            await CloseAsync(started, journal, await RunOrBreakAsync(started, journal, recorded, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The execution was suspended because the process stops.
        }
    }

    private async Task<ExecutionResult> RunOrBreakAsync(StartedExecution started, HistoryJournal journal, IReadOnlyList<HistoryEvent>? recorded, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(started, journal, recorded, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or HistoryUnavailableException or StoreUnavailableException))
        {
            // An internal error, such as a definition or an input that can't be read; a retry would fail in the same way.
            Log.ExecutionCrashed(_logger, e, started.Name);
            return new ExecutionResult(ExecutionStatus.Failed, null, StatesErrors.Runtime, e.Message);
        }
    }

    private async Task<ExecutionResult> RunAsync(StartedExecution started, HistoryJournal journal, IReadOnlyList<HistoryEvent>? recorded, CancellationToken cancellationToken)
    {
        var input = StatesValue.Parse(started.Input);
        var context = new ExecutionContextObject(ArnOf(started), started.Name, _declaration.RoleArn, input, started.StartedAt, _declaration.Arn, _declaration.Name);
        using var execution = new Execution(_revisions.Of(started.Definition), context, input, _environment, journal, recorded)
        {
            RoleArn = _declaration.RoleArn,
            ParentSpan = ActivityContext.TryParse(started.Parent, null, isRemote: true, out var parent) ? parent : default,
        };
        var result = await execution.RunAsync(cancellationToken);
        if (execution.Fault is { } fault)
            Log.ExecutionCrashed(_logger, fault, started.Name);
        return result;
    }

    // Only the status of a succeeded execution is kept. The history of any other execution is kept for diagnosis.
    private Task<int> CloseAsync(StartedExecution started, HistoryJournal journal, ExecutionResult result)
    {
        var now = _time.GetUtcNow();
        var hasSucceeded = result.Status == ExecutionStatus.Succeeded;
        if (!hasSucceeded)
            Log.ExecutionEnded(_logger, started.Name, result.Status, result.Error, result.Cause);
        return _database.WriteAsync(session =>
        {
            if (hasSucceeded)
                journal.Drop(session);
            else
                Park(session, started, journal, result);
            var closed = ExecutionTable.Close(session, started.Number, result, now);
            _revisions.Release(session, started.Definition);
            return closed;
        }, CancellationToken.None);
    }

    private void Park(Session session, StartedExecution started, HistoryJournal journal, ExecutionResult result)
    {
        journal.Keep(session);
        _broken.Park(session, ArnOf(started), started.Input, result);
    }

    private string ArnOf(StartedExecution started) => $"{_declaration.Arn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{started.Name}";
}
