using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Testing;

/// <summary>A shard of a scripted stream.</summary>
public sealed class ScriptedShard
{
    internal ScriptedShard(string id, string? parentId) => (Id, ParentId) = (id, parentId);

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>The shard it came from.</summary>
    public string? ParentId { get; }

    /// <summary>All that was ever written to it.</summary>
    public IList<StreamRecord> Records { get; } = [];

    /// <summary>Whether nothing more is written to it.</summary>
    public bool IsClosed { get; internal set; }

    /// <summary>How many of its records are forgotten, from the oldest on.</summary>
    public int Trimmed { get; internal set; }
}
