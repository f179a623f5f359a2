namespace OrderSystem.EventSources.Streams;

/// <summary>
/// The latest two listings of a stream's shards. A shard counts as gone only if both listings omit it. If a single listing
/// sufficed, one faulty listing could cause the shard to be read again, or its children to be read too early.
/// </summary>
internal sealed class ShardListing
{
    private IReadOnlyList<Shard>? _latest;
    private IReadOnlyList<Shard>? _before;

    /// <summary>Adds the next listing.</summary>
    public void Note(IReadOnlyList<Shard> shards) => (_before, _latest) = (_latest, shards);

    /// <summary>Returns whether both of the latest listings lack the given shard.</summary>
    public bool HasForgotten(string shardId) => IsWithout(_latest, shardId) && IsWithout(_before, shardId);

    /// <summary>Returns whether the stream no longer has the parent of a listed shard.</summary>
    public bool HasForgottenParentOf(Shard shard) => IsOrphan(_latest, shard) && IsOrphan(_before, shard);

    private static bool IsOrphan(IReadOnlyList<Shard>? list, Shard shard) => list?.Contains(shard) == true && IsWithout(list, shard.ParentId!);

    private static bool IsWithout(IReadOnlyList<Shard>? list, string shardId) => list?.Any(shard => shard.Id == shardId) == false;
}
