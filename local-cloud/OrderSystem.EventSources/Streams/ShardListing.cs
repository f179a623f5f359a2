namespace OrderSystem.EventSources.Streams;

/// <summary>
/// The latest two lists of a stream's shards. What one of them leaves out may have been left out by mistake: it would be read
/// again, or its children before it.
/// </summary>
internal sealed class ShardListing
{
    private IReadOnlyList<Shard>? _latest;
    private IReadOnlyList<Shard>? _before;

    /// <summary>Takes the next list.</summary>
    public void Note(IReadOnlyList<Shard> shards) => (_before, _latest) = (_latest, shards);

    /// <summary>Whether the stream has let go of a shard that it had.</summary>
    public bool HasForgotten(string shardId) => IsWithout(_latest, shardId) && IsWithout(_before, shardId);

    /// <summary>Whether the stream has let go of a listed shard's parent.</summary>
    public bool HasForgottenParentOf(Shard shard) => IsOrphan(_latest, shard) && IsOrphan(_before, shard);

    private static bool IsOrphan(IReadOnlyList<Shard>? list, Shard shard) => list?.Contains(shard) == true && IsWithout(list, shard.ParentId!);

    private static bool IsWithout(IReadOnlyList<Shard>? list, string shardId) => list?.Any(shard => shard.Id == shardId) == false;
}
