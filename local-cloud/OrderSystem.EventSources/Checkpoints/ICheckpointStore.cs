namespace OrderSystem.EventSources.Checkpoints;

/// <summary>Remembers how far a mapping has come. A save is atomic, and done when its task completes.</summary>
public interface ICheckpointStore
{
    /// <summary>Every shard's checkpoint of a mapping; null where the mapping has never begun.</summary>
    ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken);

    /// <summary>Remembers one shard's checkpoint in place of the one before.</summary>
    Task SaveAsync(string mappingId, ShardCheckpoint checkpoint);

    /// <summary>Remembers where a mapping begins, all shards at once.</summary>
    Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints);

    /// <summary>Forgets a shard that the stream no longer has.</summary>
    Task ForgetAsync(string mappingId, string shardId);

    /// <summary>Forgets a mapping.</summary>
    Task DeleteAsync(string mappingId);
}

/// <summary>How far a mapping has come in one shard.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="After">Every record up to this one is dealt with; null before the first.</param>
/// <param name="Finished">The shard is closed and every record dealt with: its children may be read.</param>
/// <param name="Lanes">With a parallelization factor: how far each lane has come beyond <paramref name="After"/>.</param>
/// <param name="Window">The tumbling window that is open.</param>
public sealed record ShardCheckpoint(
    string ShardId,
    string? After,
    bool Finished = false,
    IReadOnlyList<string?>? Lanes = null,
    WindowCheckpoint? Window = null);

/// <summary>An open tumbling window.</summary>
/// <param name="Start">When it began.</param>
/// <param name="State">The state the function returned last, as JSON.</param>
public sealed record WindowCheckpoint(DateTimeOffset Start, string State);
