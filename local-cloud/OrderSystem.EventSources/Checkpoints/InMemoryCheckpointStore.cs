using System.Collections.Concurrent;

namespace OrderSystem.EventSources.Checkpoints;

/// <summary>Stores checkpoints in memory, for the lifetime of the process.</summary>
public sealed class InMemoryCheckpointStore : ICheckpointStore
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, ShardCheckpoint>> _mappings = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<ShardCheckpoint>?>(_mappings.TryGetValue(mappingId, out var shards) ? [.. shards.Values] : null);
    }

    /// <inheritdoc/>
    public Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
    {
        Shards(mappingId)[checkpoint.ShardId] = checkpoint;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints)
    {
        var shards = Shards(mappingId);
        foreach (var checkpoint in checkpoints)
            shards[checkpoint.ShardId] = checkpoint;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ForgetAsync(string mappingId, string shardId)
    {
        Shards(mappingId).TryRemove(shardId, out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string mappingId)
    {
        _mappings.TryRemove(mappingId, out _);
        return Task.CompletedTask;
    }

    private ConcurrentDictionary<string, ShardCheckpoint> Shards(string mappingId) =>
        _mappings.GetOrAdd(mappingId, _ => new ConcurrentDictionary<string, ShardCheckpoint>(StringComparer.Ordinal));
}
