using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Testing;

/// <summary>A shard of a scripted stream.</summary>
public sealed class ScriptedShard
{
    internal ScriptedShard(string id, string? parentId) => (Id, ParentId) = (id, parentId);

    /// <summary>The id of the shard.</summary>
    public string Id { get; }

    /// <summary>The id of the parent shard, which was split; null if the shard has no parent.</summary>
    public string? ParentId { get; }

    /// <summary>All records ever written to the shard.</summary>
    public IList<StreamRecord> Records { get; } = [];

    /// <summary>Whether the shard is closed, so that no more records can be written to it.</summary>
    public bool IsClosed { get; internal set; }

    /// <summary>The number of the shard's oldest records that were trimmed and can no longer be read.</summary>
    public int Trimmed { get; internal set; }
}
