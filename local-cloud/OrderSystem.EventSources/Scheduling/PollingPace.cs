namespace OrderSystem.EventSources.Scheduling;

/// <summary>How often a source is polled: frequently while records arrive, and rarely while the source is idle.</summary>
public sealed record PollingPace
{
    /// <summary>
    /// The pace for readers that are notified of new records. Between polls, such readers only wait for a notification.
    /// </summary>
    public static PollingPace OnSignal { get; } = new() { Busy = Timeout.InfiniteTimeSpan, Idle = Timeout.InfiniteTimeSpan };

    /// <summary>The pause between polls while records arrive.</summary>
    public TimeSpan Busy { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The pause between polls of an idle source. On average, a new record waits for half of this time.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The time without records after which a source counts as idle.</summary>
    public TimeSpan QuietAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The interval between listings of the shards while no shard can be read, because the stream is new or child shards are
    /// not listed yet.
    /// </summary>
    public TimeSpan NoShard { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The interval between listings of the shards while at least one shard is being read.</summary>
    public TimeSpan ShardDiscovery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Returns the pause after a poll.</summary>
    /// <param name="records">The number of records that the poll returned.</param>
    /// <param name="limit">The maximum number of records that a poll returns.</param>
    /// <param name="sinceLastRecord">The time since the last record.</param>
    public TimeSpan After(int records, int limit, TimeSpan sinceLastRecord) =>
        records >= limit / 4 ? TimeSpan.Zero
        : sinceLastRecord < QuietAfter ? Busy
        : Idle;
}
