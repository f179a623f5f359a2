using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Runs several branches at once on the same input.</summary>
internal sealed class ParallelState : WorkState
{
    public override string TypeName => "Parallel";

    public override HistoryEventType EnteredEvent => HistoryEventType.ParallelStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.ParallelStateExited;

    public required StateGraph[] Branches { get; init; }

    /// <summary>Parameters or Arguments.</summary>
    public Template? Parameters { get; init; }

    protected override async ValueTask<JsonValue> AttemptAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var input = Language == QueryLanguage.JSONata ? scope.Input : EffectiveInput(scope);
        input = Parameters?.Evaluate(scope, input) ?? input;
        if (scope.Execution.Inspection is { Options: var options })
            return options.MockedError is { } error ? throw error : options.MockedResult ?? JsonArray.Empty;
        var started = await scope.Branch.RecordAsync(HistoryEventType.ParallelStateStarted, null, cancellationToken);
        var outputs = new JsonValue[Branches.Length];
        var failed = await BranchGroup.RunAsync(
            scope,
            started.Id,
            Branches.Length,
            maxConcurrency: 0,
            async (index, token) =>
            {
                var branch = new Branch(scope.Execution, new BranchKey(started.Id, index), scope.Branch) { Span = scope.Span };
                try
                {
                    outputs[index] = await branch.RunAsync(Branches[index], input, token);
                }
                catch (OperationCanceledException)
                {
                    branch.SkipTo(null);
                    throw;
                }
                finally
                {
                    scope.Branch.Follow(branch);
                }
            },
            cancellationToken);
        if (failed is not null)
            throw failed.Value.Failure;
        await scope.Branch.RecordAsync(HistoryEventType.ParallelStateSucceeded, null, cancellationToken);
        return new JsonArray(outputs);
    }

    protected override async ValueTask GaveUpAsync(StateScope scope, StatesErrorException failure, CancellationToken cancellationToken) =>
        await scope.Branch.RecordAsync(HistoryEventType.ParallelStateFailed, null, cancellationToken);
}
