using System.Globalization;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.Engine;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Paths;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>A Map state: runs the same states for every item of an array.</summary>
internal sealed class MapState : WorkState
{
    public override string TypeName => "Map";

    public override HistoryEventType EnteredEvent => HistoryEventType.MapStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.MapStateExited;

    public override HistoryEventType? AbortedEvent => HistoryEventType.MapStateAborted;

    protected override HistoryEventType? FailedEvent => HistoryEventType.MapStateFailed;

    public required StateGraph ItemProcessor { get; init; }

    /// <summary>The ItemsPath or Items field; null means the state's input.</summary>
    public Template? Items { get; init; }

    /// <summary>The text of ItemsPath, for error messages.</summary>
    public string? ItemsPath { get; init; }

    /// <summary>The ItemSelector field, or the Parameters field in older definitions.</summary>
    public Template? ItemSelector { get; init; }

    /// <summary>The MaxConcurrency or MaxConcurrencyPath field.</summary>
    public Template? MaxConcurrency { get; init; }

    public string? MaxConcurrencyPath { get; init; }

    /// <summary>The fields of a distributed Map; null for an inline Map.</summary>
    public DistributedMap? Distributed { get; init; }

    protected override async ValueTask<StatesValue> AttemptAsync(StateScope scope, CancellationToken cancellationToken)
    {
        var input = Language == QueryLanguage.JSONata ? scope.Input : EffectiveInput(scope);
        InspectInput(scope, input);
        var concurrency = Concurrency(scope, input);
        if (scope.Execution.Inspection is { Options: var options })
            return Mocked(scope, input, concurrency, options);
        if (Distributed is not null && scope.Execution.Environment.MapRuns is { } runner)
            return await Distributed.RunAsync(this, runner, scope, input, concurrency, cancellationToken);
        var items = ItemsOf(scope, input);
        var started = await scope.Branch.RecordAsync(HistoryEventType.MapStateStarted, new MapStateStartedDetails(items.Count), cancellationToken);
        var outputs = new StatesValue[items.Count];
        var lastEventId = started.Id;
        var group = new BranchGroup(scope, started.Id, items.Count) { Items = index => items[index].InContext(index) };
        await group.RunAsync(concurrency, IterateAsync, cancellationToken);
        scope.Branch.LastEventId = lastEventId;
        await scope.Branch.RecordAsideAsync(HistoryEventType.MapStateSucceeded, null, cancellationToken);
        return new StatesArray(outputs);

        async ValueTask IterateAsync(Branch branch, int index, CancellationToken token)
        {
            var details = new MapIterationDetails(Name, index);
            await branch.RecordAsync(HistoryEventType.MapIterationStarted, details, token);
            outputs[index] = await branch.RunAsync(ItemProcessor, ItemInput(scope, input, items[index], branch.MapItem), token);
            var succeeded = await branch.RecordAsideAsync(HistoryEventType.MapIterationSucceeded, details, token);
            lock (outputs)
                lastEventId = Math.Max(lastEventId, succeeded.Id);
        }
    }

    /// <summary>Evaluates the items that the Map state processes.</summary>
    internal IReadOnlyList<MapItem> ItemsOf(StateScope scope, StatesValue input)
    {
        var items = Items?.Evaluate(scope, input) ?? input;
        if (items is StatesArray || (items is StatesObject && Distributed is not null))
            return MapItem.Of(items)!;
        if (Language == QueryLanguage.JSONata)
        {
            throw Items is null
                ? scope.QueryEvaluationError($"Map state input must be an array but was: {items.ToJsonString()}", location: null)
                : scope.QueryEvaluationError(UnexpectedType.Of(Items, "Items", "array", items), "Items");
        }

        throw ItemsPath is null
            ? scope.Runtime($"Reference path \"$\" must point to array.")
            : scope.Runtime($"Reference path \"{ItemsPath.Replace("$$", "$", StringComparison.Ordinal)}\" must point to array.");
    }

    /// <summary>Returns the input with which the item processor starts for an item.</summary>
    internal StatesValue ItemInput(StateScope scope, StatesValue input, int index, MapItem item) => ItemInput(scope, input, item, ItemSelector is null ? null : item.InContext(index));

    /// <summary>Returns the mocked result of a Map state for TestState, which does not process the items.</summary>
    private StatesValue Mocked(StateScope scope, StatesValue input, long concurrency, StateTests.StateTestOptions options)
    {
        var read = Distributed?.ItemReader is null ? null : options.MapItemReaderData ?? StatesValue.Null;
        if (read is not null && Distributed!.ItemsPointer is { } pointer)
        {
            read = JsonPointer.Find(read, pointer) ?? throw new StatesErrorException(StatesErrors.ItemReaderFailed, $"The ItemsPointer {pointer} does not match anything in the data read");
            scope.Inspect("afterItemsPointer", read);
        }

        var items = read is null ? ItemsOf(scope, input) : MapItem.Of(read);
        if (Items is not null && Language == QueryLanguage.JSONPath && items is not null)
            scope.Inspect("afterItemsPath", read ?? Items.Evaluate(scope, input));
        if (items is not null)
            InspectItems(scope, input, items);
        scope.Inspect("maxConcurrency", concurrency);
        Distributed?.CheckTolerance(scope, input, items?.Count ?? 0, options.MockedError is null ? options.MapIterationFailureCount ?? 0 : 0);
        return options.MockedError is { } error ? throw error : options.MockedResult ?? StatesArray.Empty;
    }

    private void InspectItems(StateScope scope, StatesValue input, IReadOnlyList<MapItem> items)
    {
        if (ItemSelector is not null)
            scope.Inspect("afterItemSelector", new StatesArray(items.Select((item, index) => ItemInput(scope, input, index, item))));
        if (Distributed is { Batcher: not null } distributed)
            scope.Inspect("afterItemBatcher", new StatesArray(distributed.Children(this, scope, input, items).Select(child => child.Input)));
    }

    private StatesValue ItemInput(StateScope scope, StatesValue input, MapItem value, StatesObject? item)
    {
        if (ItemSelector is null)
            return value.Input;
        var selecting = new StateScope(scope.Branch, this, scope.Input, scope.EnteredEventId, scope.EnteredTime) { Span = scope.Span };
        selecting.Select(item!);
        return ItemSelector.Evaluate(selecting, input);
    }

    /// <summary>
    /// Returns a value as an integer. Also accepts a string that contains an integer, because a path may refer to such
    /// a string. Returns null for any other value.
    /// </summary>
    internal static long? IntegerOf(StatesValue value) => value switch
    {
        StatesNumber number when number.TryGetInt64(out var integer) => integer,
        StatesString text when long.TryParse(text.Value, CultureInfo.InvariantCulture, out var integer) => integer,
        _ => null,
    };

    private long Concurrency(StateScope scope, StatesValue input)
    {
        if (MaxConcurrency is null)
            return 0;
        var value = MaxConcurrency.Evaluate(scope, input);
        if (IntegerOf(value) is >= 0 and { } concurrency)
            return concurrency;
        throw Language == QueryLanguage.JSONata
            ? scope.QueryEvaluationError(UnexpectedType.Of(MaxConcurrency, "MaxConcurrency", "integer", value), "MaxConcurrency")
            : scope.Runtime($"The MaxConcurrencyPath field refers to value \"{value.ToJsonString()}\" which is not a valid integer: {MaxConcurrencyPath}");
    }
}
