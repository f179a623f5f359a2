namespace OrderSystem.EventSources.Streams;

/// <summary>Reads one stream, shard by shard. DynamoDB Developer Guide: "DynamoDB Streams".</summary>
public interface IShardReader
{
    /// <summary>The ARN of the stream.</summary>
    string StreamArn { get; }

    /// <summary>How long the stream retains records; null if the stream retains records until they are completed.</summary>
    TimeSpan? Retention => null;

    /// <summary>Returns the current shards of the stream, in any order.</summary>
    ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Returns the sequence number of a shard's newest record, after which <c>LATEST</c> starts; null if the shard is empty.
    /// </summary>
    ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken);

    /// <summary>Returns an iterator that starts after the given record, or at the oldest record if no record is given.</summary>
    /// <exception cref="TrimmedDataAccessException">
    /// Some of the records after the given record are no longer retained.
    /// </exception>
    /// <exception cref="ShardNotFoundException">The shard no longer exists.</exception>
    ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken);

    /// <summary>Returns the next records of a shard.</summary>
    /// <param name="iterator">The shard iterator, which can be used more than once.</param>
    /// <param name="limit">The maximum number of records.</param>
    /// <param name="cancellationToken">Cancels the read; the next read returns the same records.</param>
    /// <exception cref="ExpiredIteratorException">The iterator has expired.</exception>
    /// <exception cref="TrimmedDataAccessException">The records are no longer retained.</exception>
    /// <exception cref="ShardNotFoundException">The shard no longer exists.</exception>
    ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Waits before the next poll, for at most the given time, which may be infinite. If the reader is notified of new
    /// records, the wait ends as soon as records arrive.
    /// </summary>
    Task WaitForRecordsAsync(string iterator, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(atMost, time, cancellationToken);
}

/// <summary>A shard of a stream.</summary>
/// <param name="Id">The id of the shard.</param>
/// <param name="ParentId">
/// The id of the parent shard, which was split; null if the shard has no parent. All records of the parent must be
/// processed before the records of this shard.
/// </param>
public sealed record Shard(string Id, string? ParentId);

/// <summary>The result of one read.</summary>
/// <param name="Records">The records, in order. The list may be empty even though more records follow.</param>
/// <param name="NextIterator">The iterator for the next read; null at the end of a closed shard.</param>
public sealed record RecordPage(IReadOnlyList<StreamRecord> Records, string? NextIterator);

/// <summary>The shard iterator has expired (<c>ExpiredIteratorException</c>).</summary>
public sealed class ExpiredIteratorException(string message) : Exception(message);

/// <summary>The records are older than the stream's retention (<c>TrimmedDataAccessException</c>).</summary>
public sealed class TrimmedDataAccessException(string message) : Exception(message);

/// <summary>The shard is older than the stream's retention (<c>ResourceNotFoundException</c>).</summary>
public sealed class ShardNotFoundException(string message) : Exception(message);
