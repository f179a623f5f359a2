using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A state that supports Retry and Catch: Task, Parallel or Map.</summary>
internal abstract class WorkState : State
{
    public Template? ResultSelector { get; init; }

    public ResultPath ResultPath { get; init; } = ResultPath.Whole;

    public Retrier[] Retriers { get; init; } = [];

    public Catcher[] Catchers { get; init; } = [];

    public sealed override async ValueTask<StateOutcome> RunAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var attempts = Retriers.Length == 0 ? [] : new int[Retriers.Length];
        if (scope.Execution.Inspection is { } inspection)
            Array.Fill(attempts, inspection.Options.RetrierRetryCount);
        while (true)
        {
            StatesErrorException failure;
            try
            {
                var result = await AttemptAsync(scope, cancellationToken);
                return Finish(scope, result);
            }
            catch (StatesErrorException exception)
            {
                failure = exception;
            }

            await EvaluationFailure.RecordAsync(scope, failure, cancellationToken);
            if (!TryRetry(scope, failure, attempts, out var delay))
            {
                await GaveUpAsync(scope, failure, cancellationToken);
                return Catch(scope, failure);
            }

            if (scope.Execution.Inspection is not null)
                throw failure;
            await WaitAsync(scope, delay, cancellationToken);
            scope.Retrying();
        }
    }

    /// <summary>Runs one attempt of the state's work and returns its result.</summary>
    protected abstract ValueTask<StatesValue> AttemptAsync(StateScope scope, CancellationToken cancellationToken);

    /// <summary>
    /// The type of the event that is recorded when the state has failed and is not retried again; null if the state
    /// records no such event.
    /// </summary>
    protected virtual HistoryEventType? FailedEvent => null;

    private async ValueTask GaveUpAsync(StateScope scope, StatesErrorException failure, CancellationToken cancellationToken)
    {
        // States.Runtime ends the execution at once, without an event for the failed state.
        if (FailedEvent is not { } failed || failure.Error == StatesErrors.Runtime)
            return;
        await scope.Branch.RecordAsync(failed, null, cancellationToken);
        scope.Branch.OpenState = null;
    }

    private static async ValueTask WaitAsync(StateScope scope, TimeSpan delay, CancellationToken cancellationToken)
    {
        // If the history already contains the next event, the delay had elapsed before the execution was resumed.
        if (scope.Branch.NextRecorded is not null)
            return;
        var until = scope.Branch.Now + delay;
        await scope.Branch.CaughtUpAsync(cancellationToken);
        await scope.Execution.FlushAsync(cancellationToken);
        await Delays.UntilAsync(until, scope.Execution.Clock, cancellationToken);
    }

    private StateOutcome Finish(StateScope scope, StatesValue result)
    {
        CheckSize(scope, result);
        scope.Succeeded(result);
        if (Language == QueryLanguage.JSONata)
            return Finish(scope, result, result);
        var selected = ResultSelector?.Evaluate(scope, result) ?? result;
        scope.Inspect("afterResultSelector", selected);
        var output = ResultPath.Apply(scope, scope.Input, selected);
        scope.Inspect("afterResultPath", output);
        return Finish(scope, output, result);
    }

    /// <summary>Returns true, and the delay before the retry, if the first matching Retrier has an attempt left.</summary>
    private bool TryRetry(StateScope scope, StatesErrorException failure, int[] attempts, out TimeSpan delay)
    {
        delay = default;
        var index = Array.FindIndex(Retriers, retrier => retrier.Errors.Matches(failure));
        if (index < 0)
            return false;
        var retrier = Retriers[index];
        var isLeft = attempts[index] < retrier.MaxAttempts;
        if (isLeft)
            delay = retrier.Delay(attempts[index]++, scope.Random);
        scope.Execution.Inspection?.Retried(index, isLeft ? delay : null);
        return isLeft;
    }

    private static StatesValue Text(string? text) => text is null ? StatesValue.Null : text;

    private StateOutcome Catch(StateScope scope, StatesErrorException failure)
    {
        var index = Array.FindIndex(Catchers, catcher => catcher.Errors.Matches(failure));
        if (index >= 0)
        {
            var catcher = Catchers[index];
            scope.Execution.Inspection?.Caught(index);
            var errorOutput = StatesObject.Of(("Error", Text(failure.Error)), ("Cause", Text(failure.Error == StatesErrors.Timeout ? failure.Cause ?? "" : failure.Cause)));
            scope.Failed(errorOutput);
            var output = Language == QueryLanguage.JSONata
                ? catcher.Output?.Evaluate(scope, errorOutput) ?? errorOutput
                : catcher.ResultPath.Apply(scope, scope.Input, errorOutput);
            return new StateOutcome(CheckSize(scope, output), catcher.Next, AssignedBy(catcher.Assign, scope, errorOutput));
        }

        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return default;
    }
}
