using System.Collections.Concurrent;
using OrderSystem.LocalCloud.Http;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Callbacks;

/// <summary>The tasks that wait for <c>SendTaskSuccess</c> or <c>SendTaskFailure</c>, by their tokens.</summary>
internal sealed class TaskCallbacks
{
    private readonly ConcurrentDictionary<string, Callback> _waiting = new(StringComparer.Ordinal);

    /// <summary>Makes a token known, before anybody can use it.</summary>
    public void Expect(TaskRequest request) => _waiting.TryAdd(request.Token, new Callback(request));

    /// <summary>Waits for the task's outcome.</summary>
    public async ValueTask<JsonValue> CompletionAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var callback = _waiting.GetOrAdd(request.Token, static (_, request) => new Callback(request), request);
        callback.Request = request;
        try
        {
            return await callback.Outcome.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            callback.IsOver = true;
            if (_waiting.Count > 10_000)
                RemoveOver();
        }
    }

    public void Succeed(string token, string output)
    {
        JsonValue result;
        try
        {
            result = JsonValue.Parse(output);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new AwsServiceException("InvalidOutput", $"Invalid Output: '{exception.Message}'");
        }

        if (!Find(token).Outcome.TrySetResult(result))
            throw StepFunctionsErrors.TaskTimedOut();
    }

    public void Fail(string token, string? error, string? cause)
    {
        if (!Find(token).Outcome.TrySetException(new StatesErrorException(error, cause)))
            throw StepFunctionsErrors.TaskTimedOut();
    }

    public void Heartbeat(string token) => Find(token).Request.Heartbeat();

    private Callback Find(string token)
    {
        if (!_waiting.TryGetValue(token, out var callback))
            throw StepFunctionsErrors.InvalidToken();
        return callback.IsOver ? throw StepFunctionsErrors.TaskTimedOut() : callback;
    }

    private void RemoveOver()
    {
        foreach (var (token, callback) in _waiting)
        {
            if (callback.IsOver)
                _waiting.TryRemove(token, out _);
        }
    }

    private sealed class Callback(TaskRequest request)
    {
        public TaskRequest Request { get; set; } = request;

        public TaskCompletionSource<JsonValue> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOver { get; set; }
    }
}
