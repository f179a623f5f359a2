using System.Globalization;
using System.Threading.Channels;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.Embedded.ChangeLog;

/// <summary>
/// Reads the change log as a stream with one shard that never closes. New records wake the reader; it does not poll.
/// </summary>
/// <param name="database">The database that holds the change log.</param>
/// <param name="changes">Signals new records.</param>
/// <param name="streamArn">The <c>eventSourceARN</c> of the records.</param>
public sealed class ChangeLogReader(EmbeddedDatabase database, OrderChanges changes, string streamArn) : IShardReader
{
    private const string ShardId = "shardId-00000000000000000000-00000000";

    private readonly ChannelReader<bool> _signal = changes.Watch();

    /// <inheritdoc />
    public string StreamArn => streamArn;

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<Shard>>([new Shard(ShardId, null)]);
    }

    /// <inheritdoc />
    public ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken)
    {
        Check(shardId, cancellationToken);
        return ValueTask.FromResult(database.Read(session => session.First("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", row => row.GetInt64(0).ToString(CultureInfo.InvariantCulture))));
    }

    /// <inheritdoc />
    public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken)
    {
        Check(shardId, cancellationToken);
        return ValueTask.FromResult(afterSequenceNumber ?? "0");
    }

    /// <inheritdoc />
    public ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var records = database.Read(session => session.Read(
            "SELECT sequence, item, event, created, image FROM changes WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
            row => new OrderChange(row.GetString(1), row.GetString(2), row.Time(3), row.GetBytes(4)).ToRecord(row.GetInt64(0), streamArn),
            long.Parse(iterator, CultureInfo.InvariantCulture), limit));
        return ValueTask.FromResult(new RecordPage(records, records.Count > 0 ? records[^1].SequenceNumber : iterator));
    }

    /// <inheritdoc />
    public async Task WaitForRecordsAsync(string iterator, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        if (atMost == Timeout.InfiniteTimeSpan)
        {
            await _signal.ReadAsync(cancellationToken);
            return;
        }

        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        Task signal = _signal.ReadAsync(either.Token).AsTask();
        await signal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Check(string shardId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (shardId != ShardId)
            throw new ShardNotFoundException($"Shard {shardId} does not exist; the only shard is {ShardId}.");
    }
}
