using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Testing;

/// <summary>A shard of a scripted stream.</summary>
public sealed class ScriptedShard
{
    internal ScriptedShard(string id, string? parentId) => (Id, ParentId) = (id, parentId);

    /// <summary>The id of the shard.</summary>
    public string Id { get; }

    /// <summary>The id of the shard that was split into this one, if any.</summary>
    public string? ParentId { get; }

    /// <summary>All records ever written to the shard.</summary>
    public IList<StreamRecord> Records { get; } = [];

    /// <summary>Whether the shard is closed: no more records are written.</summary>
    public bool IsClosed { get; internal set; }

    /// <summary>The number of trimmed records, counted from the oldest.</summary>
    public int Trimmed { get; internal set; }
}
