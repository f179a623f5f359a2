using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Workflow;
using OrderSystem.Embedded.Stack;
using OrderSystem.Embedded.Storage;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.Embedded.Workflow;

/// <summary>Runs executions of the order workflow in this process. Each goes on from its history where the process before ended.</summary>
internal sealed class WorkflowEngine : IWorkflowStarter, IDisposable
{
    private const string Insert = "INSERT INTO executions (name, input, parent, started, status) VALUES (?1, ?2, ?3, ?4, 0)";

    /// <summary>Characters of an execution's name.</summary>
    private const int MaximumName = 80;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly EmbeddedDatabase _database;
    private readonly StateMachineDeclaration _declaration;
    private readonly StateMachine _machine;
    private readonly ExecutionEnvironment _environment;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, Task> _running = [];
    private readonly ConcurrentDictionary<long, bool> _refused = [];

    public WorkflowEngine(EmbeddedDatabase database, EmbeddedStack stack, WorkflowTasks tasks, TimeProvider time, ILogger<WorkflowEngine> logger)
    {
        (_database, _time, _logger, _declaration) = (database, time, logger, stack.Workflow);
        _machine = StateMachine.Parse(_declaration.Name, _declaration.Definition);
        _environment = new ExecutionEnvironment { Tasks = tasks, Clock = time };
    }

    /// <summary>Executions that have not ended.</summary>
    public int Running => _running.Count;

    /// <summary>Executions that can't go on because the file refuses their history.</summary>
    public int Waiting => _refused.Count;

    /// <inheritdoc />
    public async Task<bool> StartAsync(string name, string input, CancellationToken cancellationToken)
    {
        var parent = Activity.Current?.Id;
        var now = _time.GetUtcNow();
        var (started, other) = await _database.WriteAsync<(StartedExecution? Started, string? Other)>(session =>
        {
            if (session.Execute(Insert + " ON CONFLICT (name) DO NOTHING", name, input, parent, now.UtcTicks) == 1)
                return (new StartedExecution(session.InsertedRow, name, input, parent, now), null);
            return (null, session.First("SELECT input FROM executions WHERE name = ?1", row => row.GetString(0), name));
        }, cancellationToken);
        if (started is not null)
            Run(started, recorded: null);
        else if (other != input)
            throw new WorkflowConflictException($"Execution {name} exists with another input: an order of this id was processed before.");
        return started is not null;
    }

    /// <summary>The input of an execution, whatever became of it; null where there is none of that name.</summary>
    public string? InputOf(string name) => _database.Read(session => session.First("SELECT input FROM executions WHERE name = ?1", row => row.GetString(0), name));

    /// <summary>Starts an execution in place of one that ended.</summary>
    /// <param name="ended">The name of that; the new one's begins with it.</param>
    /// <param name="input">The input of both.</param>
    /// <param name="claim">Takes what is to be started once, in the transaction of the start; false where somebody else has.</param>
    /// <param name="cancellationToken">Drops the start while it has not begun.</param>
    /// <returns>The name; null where somebody else was first.</returns>
    /// <exception cref="StoreUnavailableException">The file refused it: neither is done.</exception>
    public async Task<string?> StartAgainAsync(string ended, string input, Func<Session, bool> claim, CancellationToken cancellationToken)
    {
        var parent = Activity.Current?.Id;
        var now = _time.GetUtcNow();
        var suffix = $"-redrive-{now.ToUnixTimeMilliseconds()}";
        var name = ended[..Math.Min(ended.Length, MaximumName - suffix.Length)] + suffix;
        var started = await _database.WriteAsync(session =>
        {
            if (!claim(session))
                return null;
            session.Execute(Insert, name, input, parent, now.UtcTicks);
            return new StartedExecution(session.InsertedRow, name, input, parent, now);
        }, cancellationToken);
        if (started is not null)
            Run(started, recorded: null);
        return started?.Name;
    }

    /// <summary>Goes on with the executions that ran when the process ended.</summary>
    public void Resume()
    {
        var found = _database.Read(session => session.Read(
            "SELECT number, name, input, parent, started FROM executions WHERE status = 0 ORDER BY number",
            row => new StartedExecution(row.GetInt64(0), row.GetString(1), row.GetString(2), row.OptionalText(3), row.Time(4))));
        foreach (var execution in found)
            Run(execution, History(execution));
        if (found.Count > 0)
            Log.ExecutionsResumed(_logger, found.Count);
    }

    /// <summary>Suspends what runs; returns once nothing more is written.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values);
    }

    public void Dispose() => _stopping.Dispose();

    private IReadOnlyList<HistoryEvent> History(StartedExecution execution) => _database.Read(session => HistoryJournal.Read(session, execution.Number));

    private void Run(StartedExecution execution, IReadOnlyList<HistoryEvent>? recorded)
    {
        // Registered before it runs: its end takes it out again.
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[execution.Number] = DriveAsync(gate.Task, execution, recorded);
        gate.SetResult();
    }

    private async Task DriveAsync(Task registered, StartedExecution execution, IReadOnlyList<HistoryEvent>? recorded)
    {
        await registered;
        while (!await TryRunAsync(execution, recorded) && !_stopping.IsCancellationRequested)
        {
            _refused[execution.Number] = true;
            await Task.Delay(RetryDelay, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            recorded = TryReadHistory(execution) ?? recorded;
        }

        _refused.TryRemove(execution.Number, out _);
        _running.TryRemove(execution.Number, out _);
    }

    /// <summary>
    /// Runs it to its end, or until the process stops; false where the file refused its history, so that it must go on from
    /// there. All it does between two waits for something outside is one transaction.
    /// </summary>
    private async Task<bool> TryRunAsync(StartedExecution started, IReadOnlyList<HistoryEvent>? recorded)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task running = Task.CompletedTask;
        try
        {
            return await _database.TogetherAsync(() =>
            {
                if (_refused.ContainsKey(started.Number))
                    _ = TakenAsync(started.Number, _database.OnDiskAsync());
                var run = RunToEndAsync(started, recorded, stop.Token);
                running = run;
                return run;
            }, CancellationToken.None);
        }
        catch (Exception e) when (e is HistoryUnavailableException or StoreUnavailableException)
        {
            Log.ExecutionWaits(_logger, e, started.Name);
            // Where a part of it was rolled back, it is still at what never was.
            await stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
    }

    private async Task TakenAsync(long execution, Task onDisk)
    {
        await onDisk.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (onDisk.IsCompletedSuccessfully)
            _refused.TryRemove(execution, out _);
    }

    private async Task<bool> RunToEndAsync(StartedExecution started, IReadOnlyList<HistoryEvent>? recorded, CancellationToken cancellationToken)
    {
        var journal = new HistoryJournal(_database, started.Number);
        try
        {
            await CloseAsync(started, journal, await RunAsync(started, journal, recorded, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Suspended with the process.
        }

        return true;
    }

    private async Task<ExecutionResult> RunAsync(StartedExecution started, HistoryJournal journal, IReadOnlyList<HistoryEvent>? recorded, CancellationToken cancellationToken)
    {
        var input = JsonValue.Parse(started.Input);
        var arn = $"{_declaration.Arn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{started.Name}";
        var context = new ExecutionContextObject(arn, started.Name, _declaration.RoleArn, input, started.StartedAt, _declaration.Arn, _declaration.Name);
        using var execution = new Execution(_machine, context, input, _environment, journal, recorded)
        {
            RoleArn = _declaration.RoleArn,
            ParentSpan = ActivityContext.TryParse(started.Parent, null, isRemote: true, out var parent) ? parent : default,
        };
        var result = await execution.RunAsync(cancellationToken);
        if (execution.Fault is { } fault)
            Log.ExecutionCrashed(_logger, fault, started.Name);
        return result;
    }

    // What a well-ended execution leaves is that it did; the history of another is kept for whoever looks into it.
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
                journal.Keep(session);
            return session.Execute(
                "UPDATE executions SET status = ?2, stopped = ?3, error = ?4, cause = ?5 WHERE number = ?1", started.Number, (int)result.Status, now.UtcTicks, result.Error, result.Cause);
        }, CancellationToken.None);
    }

    private IReadOnlyList<HistoryEvent>? TryReadHistory(StartedExecution execution)
    {
        try
        {
            return History(execution);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private sealed record StartedExecution(long Number, string Name, string Input, string? Parent, DateTimeOffset StartedAt);
}
