using System.Collections.Concurrent;
using OrderSystem.StatesLanguage;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>
/// Runs the tasks of an execution that uses a test case of the mock configuration. Tasks of mocked states return mocked
/// results; other tasks call the real integration.
/// </summary>
/// <param name="mocks">The mock configuration.</param>
/// <param name="stateMachineName">The state machine's name.</param>
/// <param name="testCase">The test case's name.</param>
/// <param name="real">The integration that runs the tasks of states that are not mocked.</param>
/// <param name="recorded">The history of a resumed execution, used to count earlier attempts; empty for a new execution.</param>
internal sealed class MockedTasks(MockConfiguration mocks, string stateMachineName, string testCase, ITaskIntegration real, IReadOnlyList<HistoryEvent> recorded) : ITaskIntegration
{
    private readonly ConcurrentDictionary<string, int> _attempts = Attempts(recorded);

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (mocks.Find(stateMachineName, testCase, request.StateName) is not { } response)
            return real.CallAsync(request, cancellationToken);
        // If the task waits for a job or a token, the call always succeeds, and the mocked outcome applies to the job or the
        // callback.
        return request.Resource.Pattern == IntegrationPattern.RequestResponse ? new(Next(request, response)) : new(StatesObject.Empty);
    }

    public async ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken)
    {
        if (mocks.Find(stateMachineName, testCase, request.StateName) is not { } response)
            return await real.CompletionAsync(request, submitted, cancellationToken);
        if (request.Resource.Kind == TaskKind.Activity && !request.IsStarted)
            request.StartedBy(null);
        return Next(request, response);
    }

    private StatesValue Next(TaskRequest request, MockedResponse response)
    {
        var number = _attempts.AddOrUpdate(request.StateName, 1, static (_, count) => count + 1) - 1;
        var outcome = response.Attempt(number)
            ?? throw new StatesErrorException(StatesErrors.Runtime, $"The mocked response of state '{request.StateName}' in test case '{testCase}' has no attempt {number}");
        return outcome.Return ?? throw new StatesErrorException(outcome.Error, outcome.Cause);
    }

    /// <summary>Counts the finished attempts of each state.</summary>
    private static ConcurrentDictionary<string, int> Attempts(IReadOnlyList<HistoryEvent> recorded)
    {
        var attempts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var states = new Dictionary<BranchKey, string>();
        foreach (var historyEvent in recorded)
        {
            if (historyEvent.Details is StateEnteredDetails entered)
                states[historyEvent.Branch] = entered.Name;
            else if (IsEnd(historyEvent.Type) && states.TryGetValue(historyEvent.Branch, out var state))
                attempts.AddOrUpdate(state, 1, static (_, count) => count + 1);
        }

        return attempts;
    }

    private static bool IsEnd(HistoryEventType type) => type is HistoryEventType.TaskSucceeded or HistoryEventType.TaskFailed or HistoryEventType.TaskTimedOut
        or HistoryEventType.LambdaFunctionSucceeded or HistoryEventType.LambdaFunctionFailed or HistoryEventType.LambdaFunctionTimedOut
        or HistoryEventType.ActivitySucceeded or HistoryEventType.ActivityFailed or HistoryEventType.ActivityTimedOut;
}
