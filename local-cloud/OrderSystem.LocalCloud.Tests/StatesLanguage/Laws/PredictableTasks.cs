using System.Collections.Concurrent;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.Tests.StatesLanguage.Laws;

/// <summary>
/// Tasks that behave as their parameters specify: they fail a given number of times and then succeed, or they never complete.
/// </summary>
internal sealed class PredictableTasks : ITaskIntegration
{
    private readonly ConcurrentBag<string> _calls = [];

    /// <summary>Whether tasks succeed even if their parameters specify that they fail or hang.</summary>
    public bool AreRepaired { get; init; }

    /// <summary>The task tokens of all attempts.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        _calls.Add(request.Token);
        return request.Resource.Pattern == IntegrationPattern.RequestResponse ? AnswerAsync(request, cancellationToken) : new(StatesObject.Empty);
    }

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken)
    {
        if (request.Resource.Kind == TaskKind.Activity && !request.IsStarted)
            request.StartedBy("worker");
        return AnswerAsync(request, cancellationToken);
    }

    private async ValueTask<StatesValue> AnswerAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Parameters is not StatesObject parameters)
            return request.Parameters;
        if (!AreRepaired && parameters["hangs"] is StatesBoolean { Value: true })
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return !AreRepaired && parameters["failures"] is StatesNumber { Value: var failures } && request.RetryCount < failures
            ? throw new StatesErrorException((parameters["error"] as StatesString)?.Value, "as told")
            : StatesObject.Of(("did", request.StateName), ("a", parameters["a"] ?? StatesValue.Null));
    }
}
