namespace OrderSystem.EventSources.Streams;

/// <summary>A record that was read but is not yet completed.</summary>
internal sealed class PendingRecord(StreamRecord record, int lane, long arrivedAt)
{
    public StreamRecord Record { get; private set; } = record;

    /// <summary>The index of the lane to which the record's key belongs.</summary>
    public int Lane { get; } = lane;

    /// <summary>The timestamp at which the record was read, from <c>TimeProvider.GetTimestamp</c>.</summary>
    public long ArrivedAt { get; } = arrivedAt;

    public bool IsDone { get; private set; }

    /// <summary>Marks the record as completed and releases its payload.</summary>
    public void Complete()
    {
        IsDone = true;
        Record = Record with { Key = "", Json = default };
    }
}
