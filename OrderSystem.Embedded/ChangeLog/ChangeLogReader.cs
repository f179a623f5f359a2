using System.Globalization;
using System.Threading.Channels;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.Embedded.ChangeLog;

/// <summary>The change log as a stream of one shard, which never closes. New records wake the reader; no timer does.</summary>
internal sealed class ChangeLogReader(EmbeddedDatabase database, OrderChanges changes, string streamArn) : IShardReader
{
    private const string ShardId = "shardId-00000000000000000000-00000000";

    private readonly ChannelReader<bool> _signal = changes.Watch();

    public string StreamArn => streamArn;

    public ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<Shard>>([new Shard(ShardId, null)]);

    public ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(database.Read(session => session.First("SELECT seq FROM sqlite_sequence WHERE name = 'changes'", row => row.GetInt64(0).ToString(CultureInfo.InvariantCulture))));

    public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken) =>
        ValueTask.FromResult(afterSequenceNumber ?? "0");

    public ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken)
    {
        var records = database.Read(session => session.Read(
            "SELECT sequence, item, event, created, image FROM changes WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
            row => new OrderChange(row.GetString(1), row.GetString(2), row.Time(3), row.GetBytes(4)).ToRecord(row.GetInt64(0), streamArn),
            long.Parse(iterator, CultureInfo.InvariantCulture), limit));
        return ValueTask.FromResult(new RecordPage(records, records.Count > 0 ? records[^1].SequenceNumber : iterator));
    }

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
}
