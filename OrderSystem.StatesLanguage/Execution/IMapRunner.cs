using OrderSystem.StatesLanguage.Json;

namespace OrderSystem.StatesLanguage;

/// <summary>Runs the items of a distributed Map state as executions of their own.</summary>
public interface IMapRunner
{
    /// <summary>Starts the run, or finds the one that was started before the process ended.</summary>
    /// <returns>The map run's ARN.</returns>
    ValueTask<string> StartAsync(MapRunRequest request, CancellationToken cancellationToken);

    /// <summary>Runs one item, or hands out its result where it ended before.</summary>
    Task<ExecutionResult> RunItemAsync(MapRunRequest request, string mapRunArn, int index, JsonValue input, CancellationToken cancellationToken);

    /// <summary>Reads the items of an ItemReader.</summary>
    /// <exception cref="StatesErrorException">They cannot be read.</exception>
    ValueTask<JsonValue> ReadItemsAsync(JsonObject reader, JsonValue parameters, CancellationToken cancellationToken);

    /// <summary>Writes the results of a ResultWriter and answers what the state outputs.</summary>
    ValueTask<JsonValue> WriteResultsAsync(MapRunRequest request, string mapRunArn, JsonObject writer, JsonValue parameters, IReadOnlyList<(JsonValue Input, ExecutionResult Result)> results, CancellationToken cancellationToken);

    /// <summary>Notes how the run ended.</summary>
    ValueTask EndAsync(string mapRunArn, ExecutionStatus status, CancellationToken cancellationToken);
}

/// <summary>A distributed Map state that runs.</summary>
/// <param name="ExecutionArn">The execution it belongs to.</param>
/// <param name="EventId">The id of its started event: with the ARN it names the run.</param>
/// <param name="StateName">The Map state.</param>
/// <param name="Label">Its label, or null.</param>
/// <param name="ExecutionType"><c>STANDARD</c> or <c>EXPRESS</c>.</param>
/// <param name="ItemProcessor">The state machine of an item.</param>
/// <param name="ItemCount">How many child executions there will be.</param>
/// <param name="MaxConcurrency">How many run at once; 0 is unlimited.</param>
/// <param name="ToleratedFailureCount">How many may fail.</param>
/// <param name="ToleratedFailurePercentage">How many may fail, in percent.</param>
public sealed record MapRunRequest(
    string ExecutionArn,
    int EventId,
    string StateName,
    string? Label,
    string ExecutionType,
    Definition.StateMachine ItemProcessor,
    int ItemCount,
    long MaxConcurrency,
    long ToleratedFailureCount,
    double ToleratedFailurePercentage);
