namespace OrderSystem.LocalCloud.StepFunctions.Storage;

/// <summary>Opens the database once, if there is a data folder, and closes it with the host.</summary>
internal sealed class StepFunctionsDatabaseProvider(LocalCloudOptions options, ILogger<StepFunctionsDatabase> logger) : IAsyncDisposable
{
    /// <summary>The database, or null if everything stays in memory.</summary>
    public StepFunctionsDatabase? Database { get; } = StepFunctionsDatabase.Open(options, logger);

    public ValueTask DisposeAsync() => Database?.DisposeAsync() ?? ValueTask.CompletedTask;
}
