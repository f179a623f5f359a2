using OrderSystem.EventSources.Streams;

namespace OrderSystem.Tests.Contracts;

/// <summary>A record and the shard that it was read from.</summary>
internal sealed record Taken(string Shard, StreamRecord Record);

/// <summary>
/// Reads a stream from a position, shard by shard. Asserts that no page exceeds the limit, and that the sequence numbers are
/// in ascending order.
/// </summary>
/// <param name="reader">The reader of the stream.</param>
/// <param name="after">
/// The sequence number after which each shard is read. A shard that is not in the dictionary is read from its beginning.
/// </param>
internal sealed class StreamWalk(IShardReader reader, IReadOnlyDictionary<string, string?> after)
{
    public const int PageLimit = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, string?> _iterators = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _last = new(after, StringComparer.Ordinal);

    /// <summary>Returns the sequence number of each shard's last record.</summary>
    public static async Task<IReadOnlyDictionary<string, string?>> LatestAsync(IShardReader reader, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var shard in await reader.ListShardsAsync(cancellationToken))
            latest[shard.Id] = await reader.GetLatestSequenceNumberAsync(shard.Id, cancellationToken);
        return latest;
    }

    /// <summary>Reads until it has the expected number of records and a pass over all shards returns no further record.</summary>
    public async Task<List<Taken>> ReadAsync(int expected, int limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var taken = new List<Taken>();
        for (var isQuiet = false; taken.Count < expected || !isQuiet;)
        {
            var before = taken.Count;
            foreach (var shard in await reader.ListShardsAsync(patience.Token))
                await ReadPageAsync(shard.Id, limit, taken, patience.Token);
            isQuiet = taken.Count == before;
        }

        return taken;
    }

    private async Task ReadPageAsync(string shard, int limit, List<Taken> taken, CancellationToken cancellationToken)
    {
        if (!_iterators.TryGetValue(shard, out var iterator))
            iterator = await reader.GetIteratorAsync(shard, _last.GetValueOrDefault(shard), cancellationToken);
        if (iterator is null)
            return;
        var page = await reader.GetRecordsAsync(iterator, limit, cancellationToken);
        Assert.InRange(page.Records.Count, 0, limit);
        foreach (var record in page.Records)
        {
            if (_last.GetValueOrDefault(shard) is { } last)
                Assert.True(SequenceNumber.Compare(last, record.SequenceNumber) < 0, $"{record.SequenceNumber} came after {last}.");
            _last[shard] = record.SequenceNumber;
            taken.Add(new Taken(shard, record));
        }

        _iterators[shard] = page.NextIterator;
    }
}
