using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Parallel state: runs several branches concurrently on the same input.</summary>
internal sealed class ParallelState : WorkState
{
    public override string TypeName => "Parallel";

    public override HistoryEventType EnteredEvent => HistoryEventType.ParallelStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.ParallelStateExited;

    public override HistoryEventType? AbortedEvent => HistoryEventType.ParallelStateAborted;

    protected override HistoryEventType? FailedEvent => HistoryEventType.ParallelStateFailed;

    public required StateGraph[] Branches { get; init; }

    /// <summary>The Parameters or Arguments field.</summary>
    public Template? Parameters { get; init; }

    protected override async ValueTask<StatesValue> AttemptAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var input = Language == QueryLanguage.JSONata ? scope.Input : EffectiveInput(scope);
        input = Parameters?.Evaluate(scope, input) ?? input;
        if (scope.Execution.Inspection is { Options: var options })
            return options.MockedError is { } error ? throw error : options.MockedResult ?? StatesArray.Empty;
        var started = await scope.Branch.RecordAsync(HistoryEventType.ParallelStateStarted, null, cancellationToken);
        var outputs = new StatesValue[Branches.Length];
        await new BranchGroup(scope, started.Id, Branches.Length).RunAsync(
            maxConcurrency: 0,
            async (branch, index, token) => outputs[index] = await branch.RunAsync(Branches[index], input, token),
            cancellationToken);
        await scope.Branch.RecordAsideAsync(HistoryEventType.ParallelStateSucceeded, null, cancellationToken);
        return new StatesArray(outputs);
    }

}
