using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.States;
using OrderSystem.StatesLanguage.Tasks;

namespace OrderSystem.StatesLanguage.StateTests;

/// <summary>The options of a state test.</summary>
public sealed record StateTestOptions
{
    /// <summary>
    /// The mocked result of a Task, Parallel or Map state, which then does not run its work; null if no result is
    /// mocked.
    /// </summary>
    public StatesValue? MockedResult { get; init; }

    /// <summary>
    /// The mocked error of a Task, Parallel or Map state, which then fails with this error; null if no error is mocked.
    /// </summary>
    public StatesErrorException? MockedError { get; init; }

    /// <summary>The number of retries that each Retrier of the state has already made.</summary>
    public int RetrierRetryCount { get; init; }

    /// <summary>The number of failed items of a distributed Map; null if not given.</summary>
    public int? MapIterationFailureCount { get; init; }

    /// <summary>The data that a distributed Map's ItemReader is assumed to read; null if not given.</summary>
    public StatesValue? MapItemReaderData { get; init; }

    /// <summary>The variables that the state can read.</summary>
    public StatesObject? Variables { get; init; }

    internal bool IsMocked => MockedResult is not null || MockedError is not null;
}

/// <summary>The outcome of a state test.</summary>
public enum StateTestStatus
{
    /// <summary>The state succeeded.</summary>
    Succeeded,

    /// <summary>The state failed.</summary>
    Failed,

    /// <summary>The state failed, and a Retrier would retry it.</summary>
    Retriable,

    /// <summary>The state failed, and a Catcher matched the error.</summary>
    CaughtError,
}

/// <summary>The result of a state test.</summary>
/// <param name="Status">The outcome of the state.</param>
/// <param name="Output">The output; null unless the state succeeded or a Catcher matched.</param>
/// <param name="Error">The error name; null unless the state failed.</param>
/// <param name="Cause">The description of the error.</param>
/// <param name="NextState">The name of the next state, if any.</param>
/// <param name="InspectionData">The state's data after each processing step, under the names that TestState uses.</param>
public sealed record StateTestResult(StateTestStatus Status, StatesValue? Output, string? Error, string? Cause, string? NextState, StatesObject InspectionData);

/// <summary>Runs a single state. AWS Step Functions Developer Guide: "Using TestState API to test a state".</summary>
public static class StateTest
{
    /// <summary>
    /// Runs a state once. If a Retrier would retry the state, the result's status is
    /// <see cref="StateTestStatus.Retriable"/>, but the state is not run again.
    /// </summary>
    /// <param name="machine">The state machine that contains the state.</param>
    /// <param name="stateName">The name of the state, which may be nested in Parallel and Map states.</param>
    /// <param name="input">The input of the state.</param>
    /// <param name="context">The execution data that the context object contains.</param>
    /// <param name="environment">
    /// The services and limits of the test. The environment's task integration runs the tasks that are not mocked.
    /// </param>
    /// <param name="options">The mocks, the variables and the retry count.</param>
    /// <param name="cancellationToken">Cancels the test.</param>
    /// <exception cref="KeyNotFoundException">The state machine has no state with this name.</exception>
    public static async Task<StateTestResult> RunAsync(StateMachine machine, string stateName, StatesValue input, ExecutionContextObject context,
        ExecutionEnvironment environment, StateTestOptions options, CancellationToken cancellationToken)
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
                inspection.Set("variables", (outcome.Assigned ?? StatesObject.Empty).Aggregate(options.Variables ?? StatesObject.Empty, (all, assigned) => all.With(assigned.Key, assigned.Value)));
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
            // As in an execution, an unexpected exception makes the state fail; the TestState request itself succeeds.
            return new(StateTestStatus.Failed, null, StatesErrors.Runtime, exception.Message, null, inspection.Data);
        }
    }

    /// <summary>Returns the type of a state, such as <c>Task</c>; null if the state does not exist.</summary>
    public static string? TypeOf(StateMachine machine, string stateName) => Find(machine.Graph, stateName)?.TypeName;

    /// <summary>Returns the resource of a Task state; null for any other state.</summary>
    public static TaskResource? ResourceOf(StateMachine machine, string stateName) => (Find(machine.Graph, stateName) as TaskState)?.Resource;

    private static string? Text(StatesValue? value) => (value as StatesString)?.Value;

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
        public ValueTask<StatesValue> CallAsync(TaskRequest request, CancellationToken cancellationToken) =>
            request.Resource.Pattern == IntegrationPattern.RequestResponse ? new(Outcome()) : new(StatesObject.Empty);

        public ValueTask<StatesValue> CompletionAsync(TaskRequest request, StatesValue submitted, CancellationToken cancellationToken) => new(Outcome());

        private StatesValue Outcome() => options.MockedError is { } error ? throw error : options.MockedResult!;
    }
}
