namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>
/// Opens the Step Functions database if a data folder is configured, and closes the database when the host stops.
/// </summary>
internal sealed class StepFunctionsDatabaseProvider(LocalCloudOptions options, ILogger<StepFunctionsDatabase> logger) : IAsyncDisposable
{
    /// <summary>The database; null if no data folder is configured, so that all state is in memory.</summary>
    public StepFunctionsDatabase? Database { get; } = StepFunctionsDatabase.Open(options, logger);

    public ValueTask DisposeAsync() => Database?.DisposeAsync() ?? ValueTask.CompletedTask;
}
