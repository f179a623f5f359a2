using System.Collections.Concurrent;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>The tasks of one execution of a mocked test case: states that the test case names answer from it, the others for real.</summary>
internal sealed class MockedTasks(MockConfiguration mocks, string stateMachineName, string testCase, ITaskIntegration real) : ITaskIntegration
{
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);

    public ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (mocks.Find(stateMachineName, testCase, request.StateName) is not { } response)
            return real.CallAsync(request, cancellationToken);
        // With the waiting patterns the outcome is that of the job, which was submitted well.
        return request.Resource.Pattern == IntegrationPattern.RequestResponse ? new(Next(request, response)) : new(JsonObject.Empty);
    }

    public async ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken)
    {
        if (mocks.Find(stateMachineName, testCase, request.StateName) is not { } response)
            return await real.CompletionAsync(request, submitted, cancellationToken);
        if (request.Resource.Kind == TaskKind.Activity && !request.IsStarted)
            request.StartedBy(null);
        return Next(request, response);
    }

    private JsonValue Next(TaskRequest request, MockedResponse response)
    {
        var number = _attempts.AddOrUpdate(request.StateName, 0, static (_, count) => count + 1);
        var outcome = response.Attempt(number)
            ?? throw new StatesErrorException(StatesErrors.Runtime, $"The mocked response of state '{request.StateName}' in test case '{testCase}' has no attempt {number}");
        return outcome.Return ?? throw new StatesErrorException(outcome.Error, outcome.Cause);
    }
}
