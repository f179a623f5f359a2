namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>Opens the Step Functions database if there is a data folder, and closes it when the host stops.</summary>
internal sealed class StepFunctionsDatabaseProvider(LocalCloudOptions options, ILogger<StepFunctionsDatabase> logger) : IAsyncDisposable
{
    /// <summary>The database; null if there is no data folder and all state is in memory.</summary>
    public StepFunctionsDatabase? Database { get; } = StepFunctionsDatabase.Open(options, logger);

    public ValueTask DisposeAsync() => Database?.DisposeAsync() ?? ValueTask.CompletedTask;
}
