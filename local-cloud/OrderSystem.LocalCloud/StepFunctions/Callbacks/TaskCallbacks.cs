using System.Collections.Concurrent;
using OrderSystem.LocalCloud.StepFunctions.Storage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Callbacks;

/// <summary>
/// The tasks that wait for <c>SendTaskSuccess</c> or <c>SendTaskFailure</c>, keyed by token. If there is a data folder, a token
/// is on disk before any worker receives it, and an outcome is on disk before it is acknowledged. After a crash, the token and
/// the outcome are therefore available before the resumed execution reaches the task.
/// </summary>
internal sealed class TaskCallbacks
{
    private const string Insert = "INSERT OR IGNORE INTO callbacks (token, execution) VALUES (?1, ?2)";
    private const string Update = "UPDATE callbacks SET outcome = ?2 WHERE token = ?1";
    private const string Delete = "DELETE FROM callbacks WHERE execution = ?1";

    /// <summary>
    /// How many task tokens of closed executions are kept. A late callback with a kept token receives <c>TaskTimedOut</c>.
    /// </summary>
    private const int MostOver = 10_000;

    private readonly ConcurrentDictionary<string, Callback> _byToken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _byExecution = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _over = new();
    private readonly StepFunctionsDatabase? _database;

    public TaskCallbacks(StepFunctionsDatabaseProvider provider)
    {
        _database = provider.Database;
        foreach (var (token, execution, outcome) in _database?.Read("SELECT token, execution, outcome FROM callbacks", row =>
            (row.GetString(0), row.GetString(1), row.IsNull(2) ? null : TaskOutcome.Read(row.GetBytes(2)))) ?? [])
        {
            var callback = Add(token, execution, new Callback());
            if (outcome is not null)
                callback.Outcome.SetResult(outcome);
        }
    }

    /// <summary>Registers a task's token. A token must be registered before it is sent to a worker.</summary>
    public ValueTask ExpectAsync(TaskRequest request)
    {
        var callback = new Callback();
        var known = Add(request.Token, request.ExecutionArn, callback);
        known.Request = request;
        if (known != callback || _database is null)
            return ValueTask.CompletedTask;
        _database.Write(Insert, request.Token, request.ExecutionArn);
        return _database.FlushAsync();
    }

    /// <summary>Waits for the task's outcome.</summary>
    public async ValueTask<StatesValue> CompletionAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        await ExpectAsync(request);
        var callback = _byToken[request.Token];
        try
        {
            return (await callback.Outcome.Task.WaitAsync(cancellationToken)).Result;
        }
        finally
        {
            callback.IsOver = true;
        }
    }

    /// <summary>
    /// Sets the outcome of a task. If there is a data folder, the outcome is on disk when the returned task completes.
    /// </summary>
    public ValueTask EndAsync(string token, TaskOutcome outcome)
    {
        if (!Find(token).Outcome.TrySetResult(outcome))
            throw StepFunctionsErrors.TaskTimedOut();
        _database?.Write(Update, token, outcome.Write());
        return _database?.FlushAsync() ?? ValueTask.CompletedTask;
    }

    public void Heartbeat(string token) => Find(token).Request?.Heartbeat();

    /// <summary>Expires all task tokens of a closed execution.</summary>
    public void Closed(string executionArn)
    {
        if (!_byExecution.TryRemove(executionArn, out var tokens))
            return;
        _database?.Write(Delete, executionArn);
        foreach (var token in tokens)
        {
            _byToken[token].IsOver = true;
            _over.Enqueue(token);
            if (_over.Count > MostOver && _over.TryDequeue(out var oldest))
                _byToken.TryRemove(oldest, out _);
        }
    }

    private Callback Add(string token, string executionArn, Callback callback)
    {
        var known = _byToken.GetOrAdd(token, callback);
        if (known == callback)
            _byExecution.GetOrAdd(executionArn, static _ => new()).Enqueue(token);
        return known;
    }

    private Callback Find(string token)
    {
        if (!_byToken.TryGetValue(token, out var callback))
            throw StepFunctionsErrors.InvalidToken();
        return callback.IsOver ? throw StepFunctionsErrors.TaskTimedOut() : callback;
    }

    private sealed class Callback
    {
        /// <summary>The task's request; null after a restart until the resumed execution reaches the task.</summary>
        public TaskRequest? Request { get; set; }

        public TaskCompletionSource<TaskOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOver { get; set; }
    }
}
