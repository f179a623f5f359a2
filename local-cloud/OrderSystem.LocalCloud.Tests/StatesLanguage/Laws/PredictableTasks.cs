using System.Collections.Concurrent;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>
/// Tasks that behave as their parameters say: they fail a number of attempts and then succeed, or they never complete.
/// </summary>
internal sealed class PredictableTasks : ITaskIntegration
{
    private readonly ConcurrentBag<string> _calls = [];

    /// <summary>Whether tasks succeed even if their parameters tell them to fail or hang.</summary>
    public bool AreRepaired { get; init; }

    /// <summary>The task tokens of all attempts.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    public ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        _calls.Add(request.Token);
        return request.Resource.Pattern == IntegrationPattern.RequestResponse ? AnswerAsync(request, cancellationToken) : new(JsonObject.Empty);
    }

    public ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken)
    {
        if (request.Resource.Kind == TaskKind.Activity && !request.IsStarted)
            request.StartedBy("worker");
        return AnswerAsync(request, cancellationToken);
    }

    private async ValueTask<JsonValue> AnswerAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters is not JsonObject parameters)
            return request.Parameters;
        if (!AreRepaired && parameters["hangs"] is JsonBoolean { Value: true })
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return !AreRepaired && parameters["failures"] is JsonNumber { Value: var failures } && request.RetryCount < failures
            ? throw new StatesErrorException((parameters["error"] as JsonString)?.Value, "as told")
            : JsonObject.Of(("did", request.StateName), ("a", parameters["a"] ?? JsonValue.Null));
    }
}
