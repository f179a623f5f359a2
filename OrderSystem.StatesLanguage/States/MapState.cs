using System.Globalization;
using OrderSystem.StatesLanguage.Definition;
using OrderSystem.StatesLanguage.History;
using OrderSystem.StatesLanguage.Json;
using OrderSystem.StatesLanguage.Templates;

namespace OrderSystem.StatesLanguage.States;

/// <summary>Runs the same states for every item of an array.</summary>
internal sealed class MapState : WorkState
{
    public override string TypeName => "Map";

    public override HistoryEventType EnteredEvent => HistoryEventType.MapStateEntered;

    public override HistoryEventType? ExitedEvent => HistoryEventType.MapStateExited;

    public required StateGraph ItemProcessor { get; init; }

    /// <summary>ItemsPath or Items; null is the state's input.</summary>
    public Template? Items { get; init; }

    /// <summary>The path in ItemsPath, for messages.</summary>
    public string? ItemsPath { get; init; }

    /// <summary>ItemSelector, or Parameters of the older form.</summary>
    public Template? ItemSelector { get; init; }

    /// <summary>MaxConcurrency or MaxConcurrencyPath.</summary>
    public Template? MaxConcurrency { get; init; }

    public string? MaxConcurrencyPath { get; init; }

    /// <summary>What makes the Map a distributed one; null for an inline Map.</summary>
    public DistributedMap? Distributed { get; init; }

    protected override async ValueTask<JsonValue> AttemptAsync(StateScope scope, CancellationToken cancellationToken)
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
        var outputs = new JsonValue[items.Count];
        var failed = await BranchGroup.RunAsync(
            scope,
            started.Id,
            items.Count,
            concurrency,
            async (index, token) => outputs[index] = await IterateAsync(scope, input, items, index, started.Id, token),
            cancellationToken);
        if (failed is not null)
            throw failed.Value.Failure;
        await scope.Branch.RecordAsync(HistoryEventType.MapStateSucceeded, null, cancellationToken);
        return new JsonArray(outputs);
    }

    protected override async ValueTask GaveUpAsync(StateScope scope, StatesErrorException failure, CancellationToken cancellationToken) =>
        await scope.Branch.RecordAsync(HistoryEventType.MapStateFailed, null, cancellationToken);

    /// <summary>The items to go over.</summary>
    internal JsonArray ItemsOf(StateScope scope, JsonValue input)
    {
        var items = Items?.Evaluate(scope, input) ?? input;
        if (items is JsonArray array)
            return array;
        if (Language == QueryLanguage.JSONata)
        {
            if (Items is null)
                throw scope.QueryEvaluationError($"Map state input must be an array but was: {items.ToJsonString()}", location: null);
            // Only a distributed Map goes over the members of an object.
            return items is JsonObject container && Distributed is not null
                ? Members(container)
                : throw scope.QueryEvaluationError(UnexpectedType.Of(Items, "Items", "array", items), "Items");
        }

        if (items is JsonObject members && Distributed is not null)
            return Members(members);

        throw ItemsPath is null
            ? scope.Runtime($"Reference path \"$\" must point to array.")
            : scope.Runtime($"Reference path \"{ItemsPath.Replace("$$", "$", StringComparison.Ordinal)}\" must point to array.");
    }

    private static JsonArray Members(JsonObject container) =>
        new(container.Select(property => (JsonValue)JsonObject.Of(("Key", property.Key), ("Value", property.Value))));

    /// <summary>What the states of an item get.</summary>
    internal JsonValue ItemInput(StateScope scope, JsonValue input, JsonObject item)
    {
        if (ItemSelector is null)
            return item["Value"]!;
        var selecting = new StateScope(scope.Branch, this, scope.Input, scope.EnteredEventId, scope.EnteredTime) { Span = scope.Span };
        selecting.Select(item);
        return ItemSelector.Evaluate(selecting, input);
    }

    /// <summary>An item as the context object shows it.</summary>
    internal static JsonObject MapItem(int index, JsonValue value) => JsonObject.Of(("Index", index), ("Value", value));

    /// <summary>What a tested Map state answers: its items are not run.</summary>
    private JsonValue Mocked(StateScope scope, JsonValue input, long concurrency, Testing.StateTestOptions options)
    {
        var items = Distributed?.ItemReader is null ? ItemsOf(scope, input) : options.MapItemReaderData as JsonArray;
        if (Items is not null && Language == QueryLanguage.JSONPath && items is not null)
            scope.Inspect("afterItemsPath", items);
        scope.Inspect("maxConcurrency", concurrency);
        Distributed?.CheckTolerance(scope, input, items?.Count ?? 0, options.MockedError is null ? options.MapIterationFailureCount ?? 0 : 0);
        return options.MockedError is { } error ? throw error : options.MockedResult ?? JsonArray.Empty;
    }

    private async ValueTask<JsonValue> IterateAsync(StateScope scope, JsonValue input, JsonArray items, int index, int startedEventId, CancellationToken cancellationToken)
    {
        var item = MapItem(index, items[index]);
        var branch = new Branch(scope.Execution, new BranchKey(startedEventId, index), scope.Branch) { Span = scope.Span, MapItem = item };
        var details = new MapIterationDetails(Name, index);
        await branch.RecordAsync(HistoryEventType.MapIterationStarted, details, cancellationToken);
        try
        {
            var output = await branch.RunAsync(ItemProcessor, ItemInput(scope, input, item), cancellationToken);
            await branch.RecordAsync(HistoryEventType.MapIterationSucceeded, details, cancellationToken);
            return output;
        }
        catch (StatesErrorException)
        {
            await branch.RecordAsync(HistoryEventType.MapIterationFailed, details, CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            branch.SkipTo(HistoryEventType.MapIterationAborted);
            await branch.RecordAsync(HistoryEventType.MapIterationAborted, details, CancellationToken.None);
            throw;
        }
        finally
        {
            scope.Branch.Follow(branch);
        }
    }

    /// <summary>An integer, also as a text: paths may lead to either.</summary>
    internal static long? IntegerOf(JsonValue value) => value switch
    {
        JsonNumber number when number.TryGetInt64(out var integer) => integer,
        JsonString text when long.TryParse(text.Value, CultureInfo.InvariantCulture, out var integer) => integer,
        _ => null,
    };

    private long Concurrency(StateScope scope, JsonValue input)
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
