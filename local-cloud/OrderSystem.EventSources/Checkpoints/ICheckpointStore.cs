namespace OrderSystem.EventSources.Checkpoints;

/// <summary>
/// Stores the checkpoints of mappings. Every change is atomic, and is durable once the method's task completes.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>Loads the checkpoints of all shards of a mapping; returns null if the mapping has never started.</summary>
    ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken);

    /// <summary>Saves the checkpoint of one shard, replacing the previous one.</summary>
    Task SaveAsync(string mappingId, ShardCheckpoint checkpoint);

    /// <summary>Saves the starting positions of a new mapping, for all shards in one atomic change.</summary>
    Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints);

    /// <summary>Deletes the checkpoint of a shard that the stream no longer has.</summary>
    Task ForgetAsync(string mappingId, string shardId);

    /// <summary>Deletes all checkpoints of a mapping.</summary>
    Task DeleteAsync(string mappingId);
}

/// <summary>The position of a mapping in one shard.</summary>
/// <param name="ShardId">The id of the shard.</param>
/// <param name="After">
/// The sequence number up to which every record is processed or discarded; null if the oldest record is not completed
/// yet.
/// </param>
/// <param name="Finished">
/// Whether the shard is closed and all its records are completed. The child shards of a shard are read only after the shard
/// is finished.
/// </param>
/// <param name="Lanes">The last sequence number that each parallel lane has completed; null if there is only one lane.</param>
/// <param name="Window">The open tumbling window; null if no window is open.</param>
public sealed record ShardCheckpoint(
    string ShardId,
    string? After,
    bool Finished = false,
    IReadOnlyList<string?>? Lanes = null,
    WindowCheckpoint? Window = null);

/// <summary>An open tumbling window.</summary>
/// <param name="Start">The start of the window.</param>
/// <param name="State">The state that the function returned most recently, as JSON.</param>
public sealed record WindowCheckpoint(DateTimeOffset Start, string State);
