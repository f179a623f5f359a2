using System.Collections.Concurrent;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.Tests.StatesLanguage.Laws;

/// <summary>Tasks that do what their parameters say: fail so many attempts with an error, then answer.</summary>
internal sealed class PredictableTasks : ITaskIntegration
{
    private readonly ConcurrentBag<string> _calls = [];

    /// <summary>The tokens of the attempts that were made.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    public ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        _calls.Add(request.Token);
        return new(request.Resource.Pattern == IntegrationPattern.RequestResponse ? Answer(request) : JsonObject.Empty);
    }

    public ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken)
    {
        if (request.Resource.Kind == TaskKind.Activity && !request.IsStarted)
            request.StartedBy("worker");
        return new(Answer(request));
    }

    private static JsonValue Answer(TaskRequest request)
    {
        if (request.Parameters is not JsonObject parameters)
            return request.Parameters;
        return parameters["failures"] is JsonNumber { Value: var failures } && request.RetryCount < failures
            ? throw new StatesErrorException((parameters["error"] as JsonString)?.Value, "as told")
            : JsonObject.Of(("did", request.StateName), ("a", parameters["a"] ?? JsonValue.Null));
    }
}
