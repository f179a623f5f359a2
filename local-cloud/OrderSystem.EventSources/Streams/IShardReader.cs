namespace OrderSystem.EventSources.Streams;

/// <summary>Reads one stream, shard by shard. DynamoDB Developer Guide: "DynamoDB Streams".</summary>
public interface IShardReader
{
    /// <summary>The stream's ARN.</summary>
    string StreamArn { get; }

    /// <summary>How long the stream keeps its records; null where it keeps them until they are dealt with.</summary>
    TimeSpan? Retention => null;

    /// <summary>The shards the stream has now, in any order.</summary>
    ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken);

    /// <summary>The sequence number of the newest record of a shard: where <c>LATEST</c> starts after. Null while it has none.</summary>
    ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken);

    /// <summary>An iterator that starts after a record, or at the oldest there is.</summary>
    /// <exception cref="TrimmedDataAccessException">What comes after that record is no longer kept.</exception>
    /// <exception cref="ShardNotFoundException">The shard is gone.</exception>
    ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken);

    /// <summary>The next records.</summary>
    /// <param name="iterator">Where to read; it may be read again.</param>
    /// <param name="limit">How many records at most.</param>
    /// <param name="cancellationToken">Gives up; what was not returned comes with the next read.</param>
    /// <exception cref="ExpiredIteratorException">The iterator is too old.</exception>
    /// <exception cref="TrimmedDataAccessException">The records are no longer kept.</exception>
    /// <exception cref="ShardNotFoundException">The shard is gone.</exception>
    ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken);

    /// <summary>Waits before the next poll; a reader that learns of new records may return sooner, never later. It may be asked to wait for ever.</summary>
    Task WaitForRecordsAsync(string iterator, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(atMost, time, cancellationToken);
}

/// <summary>A shard of a stream.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ParentId">The shard it came from when that was split; its records come before this one's.</param>
public sealed record Shard(string Id, string? ParentId);

/// <summary>What one read brought.</summary>
/// <param name="Records">The records, in order; may be none although more follow.</param>
/// <param name="NextIterator">Reads on; null where the shard is closed and read to its end.</param>
public sealed record RecordPage(IReadOnlyList<StreamRecord> Records, string? NextIterator);

/// <summary>The iterator is older than its service accepts (<c>ExpiredIteratorException</c>).</summary>
public sealed class ExpiredIteratorException(string message) : Exception(message);

/// <summary>The records are beyond the stream's retention (<c>TrimmedDataAccessException</c>).</summary>
public sealed class TrimmedDataAccessException(string message) : Exception(message);

/// <summary>The shard is beyond the stream's retention (<c>ResourceNotFoundException</c>).</summary>
public sealed class ShardNotFoundException(string message) : Exception(message);
