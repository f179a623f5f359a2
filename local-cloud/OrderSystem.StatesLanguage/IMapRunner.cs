using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>Processes the items of distributed Map states in child executions.</summary>
public interface IMapRunner
{
    /// <summary>Starts a map run, or returns the map run that was started before the process restarted.</summary>
    ValueTask<IMapRun> StartAsync(MapRunRequest request, CancellationToken cancellationToken);
}

/// <summary>A map run, which processes the items of a distributed Map state.</summary>
public interface IMapRun
{
    /// <summary>The ARN of the map run.</summary>
    string Arn { get; }

    /// <summary>The current limits of the map run, which may change while items are processed.</summary>
    MapRunLimits Limits { get; }

    /// <summary>Called when <see cref="Limits"/> changes.</summary>
    Action? LimitsChanged { get; set; }

    /// <summary>Reads the items that ItemReader selects. Later calls return the same items.</summary>
    /// <exception cref="StatesErrorException">The items cannot be read.</exception>
    ValueTask<IReadOnlyList<MapItem>> ReadItemsAsync(StatesObject reader, StatesValue parameters, CancellationToken cancellationToken);

    /// <summary>Declares all child executions of the run before any of them starts.</summary>
    void Plan(IReadOnlyList<MapRunChild> children);

    /// <summary>Runs a child execution, or returns its result if it has already ended. Cancellation aborts the child.</summary>
    Task<ExecutionResult> RunChildAsync(int index, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the results of the child executions as ResultWriter specifies, and returns the output of the Map state.
    /// </summary>
    /// <exception cref="StatesErrorException">The results cannot be written.</exception>
    ValueTask<StatesValue> WriteResultsAsync(StatesObject writer, StatesValue parameters, CancellationToken cancellationToken);

    /// <summary>Resets the child executions that did not succeed, so that they run again.</summary>
    /// <param name="redriveCount">The number of redrives of the map run, including the current redrive.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask RedriveAsync(int redriveCount, CancellationToken cancellationToken);

    /// <summary>Records the final status of the run.</summary>
    ValueTask EndAsync(ExecutionStatus status, CancellationToken cancellationToken);
}

/// <summary>An item of a Map state.</summary>
/// <param name="Value">The value of the item.</param>
/// <param name="Source"><c>STATE_DATA</c> for an item from the state's input; otherwise the item's location in S3.</param>
/// <param name="Key">The property name if the item comes from an object; otherwise null.</param>
public readonly record struct MapItem(StatesValue Value, string Source, string? Key = null)
{
    /// <summary>The <see cref="Source"/> of items that come from the state's input.</summary>
    public const string StateData = "STATE_DATA";

    /// <summary>
    /// The input of the states that process the item: the item's value or, if the item has a key, an object with <c>Key</c>
    /// and <c>Value</c>.
    /// </summary>
    public StatesValue Input => Key is null ? Value : StatesObject.Of(("Key", Key), ("Value", Value));

    /// <summary>Returns the items of an array or an object; null for any other value.</summary>
    public static IReadOnlyList<MapItem>? Of(StatesValue container, string source = StateData) => container switch
    {
        StatesArray array => [.. array.Select(value => new MapItem(value, source))],
        StatesObject pairs => [.. pairs.Select(pair => new MapItem(pair.Value, source, pair.Key))],
        _ => null,
    };

    /// <summary>Returns the item as the context object shows it.</summary>
    internal StatesObject InContext(int index)
    {
        var item = new StatesObjectBuilder(4).Set("Index", index);
        if (Key is not null)
            item.Set("Key", Key);
        return item.Set("Value", Value).Set("Source", Source).Build();
    }
}

/// <summary>A child execution that is about to be started.</summary>
/// <param name="Input">The input of the child execution.</param>
/// <param name="ItemCount">The number of items in the input.</param>
public readonly record struct MapRunChild(StatesValue Input, int ItemCount);

/// <summary>The request to start the map run of a distributed Map state.</summary>
/// <param name="ExecutionArn">The ARN of the execution that contains the Map state.</param>
/// <param name="EventId">The id of the <c>MapStateStarted</c> event, which identifies the map run within the execution.</param>
/// <param name="StateName">The name of the Map state.</param>
/// <param name="Label">The label of the Map state; null if the state has no label.</param>
/// <param name="ExecutionType"><c>STANDARD</c> or <c>EXPRESS</c>.</param>
/// <param name="ItemProcessor">The state machine that the child executions run.</param>
/// <param name="Limits">The initial limits of the run.</param>
public sealed record MapRunRequest(string ExecutionArn, int EventId, string StateName, string? Label, string ExecutionType, Definition.StateMachine ItemProcessor, MapRunLimits Limits);

/// <summary>The limits of a map run.</summary>
/// <param name="MaxConcurrency">The maximum number of concurrent child executions; 0 means no limit.</param>
/// <param name="ToleratedFailureCount">The number of items that may fail; null means no limit.</param>
/// <param name="ToleratedFailurePercentage">The percentage of items that may fail; null means no limit.</param>
public sealed record MapRunLimits(long MaxConcurrency, long? ToleratedFailureCount, double? ToleratedFailurePercentage)
{
    /// <summary>
    /// Whether the given number of failed items is within both limits. If neither limit is set, no item may fail.
    /// </summary>
    public bool Tolerate(int failures, int itemCount) => ToleratedFailureCount is null && ToleratedFailurePercentage is null
        ? failures == 0
        : !(failures > ToleratedFailureCount) && !(failures * 100.0 / itemCount > ToleratedFailurePercentage);
}
