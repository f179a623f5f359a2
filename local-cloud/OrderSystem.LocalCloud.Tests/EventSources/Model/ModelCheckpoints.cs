using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>
/// A checkpoint store that yields during each save, so that a kill can happen at that point. The store passes every saved
/// checkpoint to the oracle.
/// </summary>
internal sealed class ModelCheckpoints(ICheckpointStore inner, MappingOracle oracle) : ICheckpointStore
{
    public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken) => inner.LoadAsync(mappingId, cancellationToken);

    public async Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
    {
        oracle.Saving(checkpoint);
        await Task.Yield();
        Complete(() => inner.SaveAsync(mappingId, checkpoint));
        oracle.Saved(checkpoint);
        await Task.Yield();
    }

    public async Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints)
    {
        await Task.Yield();
        Complete(() => inner.BeginAsync(mappingId, checkpoints));
    }

    public Task ForgetAsync(string mappingId, string shardId)
    {
        Complete(() => inner.ForgetAsync(mappingId, shardId));
        return Task.CompletedTask;
    }

    public Task DeleteAsync(string mappingId) => throw new NotSupportedException();

    // The disk is not part of the simulation, so the simulation blocks until the write has completed.
    private static void Complete(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();
}
