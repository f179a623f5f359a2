using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.States;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.StatesLanguage.Testing;

/// <summary>How a state is tested.</summary>
public sealed record StateTestOptions
{
    /// <summary>The result that stands for the work of a Task, Parallel or Map state.</summary>
    public JsonValue? MockedResult { get; init; }

    /// <summary>The error that stands for the work's.</summary>
    public StatesErrorException? MockedError { get; init; }

    /// <summary>How often a Retrier has tried already.</summary>
    public int RetrierRetryCount { get; init; }

    /// <summary>How many items of a distributed Map failed; null does not say.</summary>
    public int? MapIterationFailureCount { get; init; }

    /// <summary>The items that a distributed Map read.</summary>
    public JsonValue? MapItemReaderData { get; init; }

    /// <summary>The variables that the state sees.</summary>
    public JsonObject? Variables { get; init; }

    internal bool IsMocked => MockedResult is not null || MockedError is not null;
}

/// <summary>What became of a tested state.</summary>
public enum StateTestStatus
{
    /// <summary>It has an output.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It failed, and a Retrier would try again.</summary>
    Retriable,

    /// <summary>It failed, and a Catcher took the error.</summary>
    CaughtError,
}

/// <summary>The result of a test.</summary>
/// <param name="Status">What became of the state.</param>
/// <param name="Output">Its output, where it has one.</param>
/// <param name="Error">Its error, where it failed.</param>
/// <param name="Cause">What happened.</param>
/// <param name="NextState">The state that would follow.</param>
/// <param name="InspectionData">The data at each step.</param>
public sealed record StateTestResult(StateTestStatus Status, JsonValue? Output, string? Error, string? Cause, string? NextState, JsonObject InspectionData);

/// <summary>Runs one state by itself. AWS Step Functions Developer Guide: "Using TestState API to test a state".</summary>
public static class StateTest
{
    /// <summary>Runs a state of a state machine once, without waiting for retries.</summary>
    /// <param name="machine">The state machine.</param>
    /// <param name="stateName">The state, at any depth.</param>
    /// <param name="input">Its input.</param>
    /// <param name="context">What the context object tells.</param>
    /// <param name="environment">Does the tasks that are not mocked.</param>
    /// <param name="options">How it is tested.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KeyNotFoundException">There is no such state.</exception>
    public static async Task<StateTestResult> RunAsync(StateMachine machine, string stateName, JsonValue input, ExecutionContextObject context, ExecutionEnvironment environment, StateTestOptions options, CancellationToken cancellationToken)
    {
        var state = Find(machine.Graph, stateName) ?? throw new KeyNotFoundException(stateName);
        var inspection = new StateInspection(options);
        var tasks = options.IsMocked ? new MockedTask(options) : environment.Tasks;
        using var execution = new Execution(machine, context, input, environment with { Tasks = tasks }) { Inspection = inspection };
        var branch = new Branch(execution, default, parent: null) { Variables = Variables.Of(options.Variables) };
        var entered = execution.Append(branch, state.EnteredEvent, null);
        var scope = new StateScope(branch, state, input, entered.Id, entered.Timestamp);
        try
        {
            var outcome = await state.RunAsync(scope, cancellationToken);
            if (options.Variables is not null || outcome.Assigned is not null)
                inspection.Set("variables", (outcome.Assigned ?? JsonObject.Empty).Aggregate(options.Variables ?? JsonObject.Empty, (all, assigned) => all.With(assigned.Key, assigned.Value)));
            return scope.ErrorOutput is { } caught
                ? new(StateTestStatus.CaughtError, outcome.Output, Text(caught["Error"]), Text(caught["Cause"]), outcome.Next?.Name, inspection.Data)
                : new(StateTestStatus.Succeeded, outcome.Output, null, null, outcome.Next?.Name, inspection.Data);
        }
        catch (StatesErrorException exception)
        {
            var status = inspection.IsRetriable ? StateTestStatus.Retriable : StateTestStatus.Failed;
            return new(status, null, exception.Error, exception.Summary ?? exception.Cause, null, inspection.Data);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // As in an execution, an error in a state fails the state, not the request.
            return new(StateTestStatus.Failed, null, StatesErrors.Runtime, exception.Message, null, inspection.Data);
        }
    }

    /// <summary>The type of a state, such as <c>Task</c>; null where there is no such state.</summary>
    public static string? TypeOf(StateMachine machine, string stateName) => Find(machine.Graph, stateName)?.TypeName;

    /// <summary>The resource of a Task state; null for any other.</summary>
    public static TaskResource? ResourceOf(StateMachine machine, string stateName) => (Find(machine.Graph, stateName) as TaskState)?.Resource;

    private static string? Text(JsonValue? value) => (value as JsonString)?.Value;

    private static State? Find(StateGraph graph, string name)
    {
        if (graph.States.TryGetValue(name, out var state))
            return state;
        foreach (var candidate in graph.States.Values)
        {
            var inner = candidate switch
            {
                ParallelState parallel => parallel.Branches.Select(branch => Find(branch, name)).FirstOrDefault(found => found is not null),
                MapState map => Find(map.ItemProcessor, name),
                _ => null,
            };
            if (inner is not null)
                return inner;
        }

        return null;
    }

    private sealed class MockedTask(StateTestOptions options) : ITaskIntegration
    {
        public ValueTask<JsonValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) =>
            request.Resource.Pattern == IntegrationPattern.RequestResponse ? new(Outcome()) : new(JsonObject.Empty);

        public ValueTask<JsonValue> CompletionAsync(TaskRequest request, JsonValue submitted, CancellationToken cancellationToken) => new(Outcome());

        private JsonValue Outcome() => options.MockedError is { } error ? throw error : options.MockedResult!;
    }
}
