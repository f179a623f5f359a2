using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>Runs the items of distributed Map states as executions of their own.</summary>
public interface IMapRunner
{
    /// <summary>Starts a map run, or finds the one that was started before the process ended.</summary>
    ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken);
}

/// <summary>A run of a distributed Map state.</summary>
public interface IMapRun
{
    /// <summary>Its ARN.</summary>
    string Arn { get; }

    /// <summary>What it keeps to; may change while it runs.</summary>
    MapRunLimits Limits { get; }

    /// <summary>Called when the limits have changed.</summary>
    Action? LimitsChanged { get; set; }

    /// <summary>Reads the items of an ItemReader; what was read once is answered again.</summary>
    /// <exception cref="StatesErrorException">They cannot be read.</exception>
    ValueTask<IReadOnlyList<MapItem>> ReadItemsAsync(JsonObject reader, JsonValue parameters, CancellationToken cancellationToken);

    /// <summary>Tells what child executions there will be.</summary>
    void Plan(IReadOnlyList<MapRunChild> children);

    /// <summary>Runs a child execution, or hands out its result where it ended before; when cancelled, it is aborted.</summary>
    Task<ExecutionResult> RunChildAsync(int index, CancellationToken cancellationToken);

    /// <summary>Writes the results as a ResultWriter says, and answers what the state outputs.</summary>
    /// <exception cref="StatesErrorException">They cannot be written.</exception>
    ValueTask<JsonValue> WriteResultsAsync(JsonObject writer, JsonValue parameters, CancellationToken cancellationToken);

    /// <summary>Makes the child executions that did not succeed run again.</summary>
    /// <param name="redriveCount">How often the run was redriven, this time included.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask RedriveAsync(int redriveCount, CancellationToken cancellationToken);

    /// <summary>Notes how the run ended.</summary>
    ValueTask EndAsync(ExecutionStatus status, CancellationToken cancellationToken);
}

/// <summary>An item of a Map state.</summary>
/// <param name="Value">The item.</param>
/// <param name="Source">Where it is from: <c>STATE_DATA</c>, or the place in S3.</param>
/// <param name="Key">Its key, where it is from an object.</param>
public readonly record struct MapItem(JsonValue Value, string Source, string? Key = null)
{
    /// <summary>The source of items that the state's input holds.</summary>
    public const string StateData = "STATE_DATA";

    /// <summary>What is processed: the item, or with its key a pair.</summary>
    public JsonValue Input => Key is null ? Value : JsonObject.Of(("Key", Key), ("Value", Value));

    /// <summary>The items of an array, or of an object; null of anything else.</summary>
    public static IReadOnlyList<MapItem>? Of(JsonValue container, string source = StateData) => container switch
    {
        JsonArray array => [.. array.Select(value => new MapItem(value, source))],
        JsonObject pairs => [.. pairs.Select(pair => new MapItem(pair.Value, source, pair.Key))],
        _ => null,
    };

    /// <summary>The item as the context object shows it.</summary>
    internal JsonObject InContext(int index)
    {
        var item = new JsonObjectBuilder(4).Set("Index", index);
        if (Key is not null)
            item.Set("Key", Key);
        return item.Set("Value", Value).Set("Source", Source).Build();
    }
}

/// <summary>A child execution to be.</summary>
/// <param name="Input">Its input.</param>
/// <param name="ItemCount">How many items the input holds.</param>
public readonly record struct MapRunChild(JsonValue Input, int ItemCount);

/// <summary>A distributed Map state that runs.</summary>
/// <param name="ExecutionArn">The execution it belongs to.</param>
/// <param name="EventId">The id of its started event: with the ARN it names the run.</param>
/// <param name="StateName">The Map state.</param>
/// <param name="Label">Its label, or null.</param>
/// <param name="ExecutionType"><c>STANDARD</c> or <c>EXPRESS</c>.</param>
/// <param name="ItemProcessor">The state machine of an item.</param>
/// <param name="Limits">What the run keeps to at first.</param>
public sealed record MapRunRequest(string ExecutionArn, int EventId, string StateName, string? Label, string ExecutionType, Definition.StateMachine ItemProcessor, MapRunLimits Limits);

/// <summary>What a map run keeps to.</summary>
/// <param name="MaxConcurrency">How many child executions run at once; 0 is unlimited.</param>
/// <param name="ToleratedFailureCount">How many items may fail; null sets no limit.</param>
/// <param name="ToleratedFailurePercentage">How many items may fail, in percent; null sets no limit.</param>
public sealed record MapRunLimits(long MaxConcurrency, long? ToleratedFailureCount, double? ToleratedFailurePercentage)
{
    /// <summary>Whether so many items may fail: not more than either limit allows, and none where there is no limit.</summary>
    public bool Tolerate(int failures, int itemCount) => ToleratedFailureCount is null && ToleratedFailurePercentage is null
        ? failures == 0
        : !(failures > ToleratedFailureCount) && !(failures * 100.0 / itemCount > ToleratedFailurePercentage);
}
