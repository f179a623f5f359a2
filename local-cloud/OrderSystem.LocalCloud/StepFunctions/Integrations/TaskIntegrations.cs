using OrderSystem.LocalCloud.StepFunctions.Callbacks;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.LocalCloud.StepFunctions.Integrations;

/// <summary>Passes each task to the integration of the service that it calls.</summary>
internal sealed class TaskIntegrations(IEnumerable<IServiceIntegration> integrations, TaskCallbacks callbacks, MockConfiguration mocks) : ITaskIntegration
{
    private readonly Dictionary<string, IServiceIntegration> _byService = integrations.ToDictionary(integration => integration.Service, StringComparer.Ordinal);

    /// <summary>Returns an integration for an execution that was started with a test case of the mock configuration.</summary>
    public ITaskIntegration Mocked(string stateMachineName, string testCase, IReadOnlyList<HistoryEvent> recorded) => new MockedTasks(mocks, stateMachineName, testCase, this, recorded);

    public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) =>
        request.Resource.Pattern == IntegrationPattern.WaitForTaskToken ? CallWithTokenAsync(request, cancellationToken) : Find(request).CallAsync(request, cancellationToken);

    public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) =>
        request.Resource.Pattern == IntegrationPattern.WaitForTaskToken
            ? callbacks.CompletionAsync(request, cancellationToken)
            : Find(request).CompletionAsync(request, submitted, cancellationToken);

    private async ValueTask<StatesValue> CallWithTokenAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        await callbacks.ExpectAsync(request);
        return await Find(request).CallAsync(request, cancellationToken);
    }

    private IServiceIntegration Find(TaskRequest request) =>
        _byService.TryGetValue(request.Resource.Service, out var integration)
            ? integration
            : throw IntegrationErrors.Unavailable(request);
}

/// <summary>The integration of a service that tasks can call.</summary>
internal interface IServiceIntegration : ITaskIntegration
{
    /// <summary>The service's name in the resource of a task, such as <c>sqs</c>.</summary>
    string Service { get; }
}
