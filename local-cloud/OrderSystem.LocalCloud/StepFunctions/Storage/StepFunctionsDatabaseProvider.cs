namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>The database, where a data folder is named; it is opened once and closed with the host.</summary>
internal sealed class StepFunctionsDatabaseProvider(LocalCloudOptions options, ILogger<StepFunctionsDatabase> logger) : IAsyncDisposable
{
    /// <summary>The database, or null where everything stays in memory.</summary>
    public StepFunctionsDatabase? Database { get; } = StepFunctionsDatabase.Open(options, logger);

    public ValueTask DisposeAsync() => Database?.DisposeAsync() ?? ValueTask.CompletedTask;
}
