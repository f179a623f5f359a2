namespace OrderSystem.EventSources.Scheduling;

/// <summary>How often a source is asked: quickly while records come, seldom when it is quiet.</summary>
public sealed record PollingPace
{
    /// <summary>For a reader that is told of new records: it waits for that alone.</summary>
    public static PollingPace OnSignal { get; } = new() { Busy = Timeout.InfiniteTimeSpan, Idle = Timeout.InfiniteTimeSpan };

    /// <summary>The pause while records come.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The pause once it is quiet, however long: whoever writes next waits half of it.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>How long after the last record it counts as quiet.</summary>
    public TimeSpan QuietAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the list of shards is read again while there is none to read: the stream is new, or a shard's children are not listed yet.</summary>
    public TimeSpan NoShard { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the list of shards is read again while nothing hints at a change.</summary>
    public TimeSpan ShardDiscovery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a poll.</summary>
    /// <param name="records">How many records the poll brought.</param>
    /// <param name="limit">How many it could have brought.</param>
    /// <param name="sinceLastRecord">How long no record has come.</param>
    public TimeSpan After(int records, int limit, TimeSpan sinceLastRecord) =>
        records >= limit / 4 ? TimeSpan.Zero
        : sinceLastRecord < QuietAfter ? Busy
        : Idle;
}
