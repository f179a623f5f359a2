namespace OrderSystem.EventSources.Streams;

/// <summary>A record between its reading and the moment it is dealt with.</summary>
internal sealed class PendingRecord(StreamRecord record, int lane, long arrivedAt)
{
    public StreamRecord Record { get; private set; } = record;

    /// <summary>The lane that its key belongs to.</summary>
    public int Lane { get; } = lane;

    /// <summary>The clock's timestamp when it was read.</summary>
    public long ArrivedAt { get; } = arrivedAt;

    public bool IsDone { get; private set; }

    /// <summary>Dealt with: it is remembered behind others that are not, but not what it says.</summary>
    public void Complete()
    {
        IsDone = true;
        Record = Record with { Key = "", Json = default };
    }
}
