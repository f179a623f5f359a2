namespace OrderSystem.EventSources.Checkpoints;

/// <summary>Calls another checkpoint store, and reports whether the calls fail or succeed.</summary>
/// <param name="inner">The store to call.</param>
/// <param name="report">Receives the error message after a failed call, and null after a successful call.</param>
internal sealed class ReportingCheckpointStore(ICheckpointStore inner, Action<string?> report) : ICheckpointStore
{
    public async ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken)
    {
        try
        {
            var loaded = await inner.LoadAsync(mappingId, cancellationToken);
            report(null);
            return loaded;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            report(error.Message);
            throw;
        }
    }

    public Task SaveAsync(string mappingId, ShardCheckpoint checkpoint) => ReportAsync(() => inner.SaveAsync(mappingId, checkpoint));

    public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints) => ReportAsync(() => inner.BeginAsync(mappingId, checkpoints));

    public Task ForgetAsync(string mappingId, string shardId) => ReportAsync(() => inner.ForgetAsync(mappingId, shardId));

    public Task DeleteAsync(string mappingId) => ReportAsync(() => inner.DeleteAsync(mappingId));

    private async Task ReportAsync(Func<Task> write)
    {
        try
        {
            await write();
            report(null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            report(error.Message);
            throw;
        }
    }
}
