using System.Globalization;
using System.Text.Json;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.Tests.EventSources.Simulation;

/// <summary>A stream in memory that does what DynamoDB's do: shards that split, close and are trimmed, iterators that expire.</summary>
internal sealed class ScriptedStream(TimeProvider time) : IShardReader
{
    private readonly List<ScriptedShard> _shards = [];
    private readonly Queue<Exception> _faults = new();
    private long _sequence;
    private int _iteratorGeneration;

    public string StreamArn => "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000";

    /// <summary>Records that one read brings at most.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>How often records were asked for.</summary>
    public int Reads { get; private set; }

    public ScriptedShard AddShard(string? parentId = null)
    {
        var shard = new ScriptedShard($"shard-{_shards.Count}", parentId);
        _shards.Add(shard);
        return shard;
    }

    /// <summary>Writes a record; its name stands in its JSON.</summary>
    public StreamRecord Write(ScriptedShard shard, string key, string name, TimeSpan? age = null, int padding = 0)
    {
        Assert.False(shard.IsClosed);
        var sequence = (++_sequence).ToString("D21", CultureInfo.InvariantCulture);
        var created = time.GetUtcNow() - (age ?? TimeSpan.Zero);
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            eventName = "INSERT",
            name,
            dynamodb = new { Keys = new { id = new { S = key } }, NewImage = new { name = new { S = name } }, SequenceNumber = sequence },
            padding = new string('x', padding),
        });
        var record = new StreamRecord(sequence, key, created, json);
        shard.Records.Add(record);
        return record;
    }

    /// <summary>Closes a shard and gives it children.</summary>
    public ScriptedShard[] Split(ScriptedShard shard, int children = 2)
    {
        shard.IsClosed = true;
        return [.. Enumerable.Range(0, children).Select(_ => AddShard(shard.Id))];
    }

    /// <summary>Forgets the oldest records of a shard.</summary>
    public static void Trim(ScriptedShard shard, int count) => shard.Trimmed = Math.Max(shard.Trimmed, count);

    /// <summary>Forgets a shard altogether.</summary>
    public void Remove(ScriptedShard shard) => _shards.Remove(shard);

    public void ExpireIterators() => _iteratorGeneration++;

    /// <summary>The next read fails so.</summary>
    public void FailNextRead(Exception fault) => _faults.Enqueue(fault);

    public ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<Shard>>([.. _shards.Select(shard => new Shard(shard.Id, shard.ParentId)).Reverse()]);

    public ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Find(shardId).Records.LastOrDefault()?.SequenceNumber);

    public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken)
    {
        var shard = Find(shardId);
        var index = afterSequenceNumber is null ? shard.Trimmed : shard.Records.FindIndex(record => record.SequenceNumber == afterSequenceNumber) + 1;
        if (index < shard.Trimmed)
            throw new TrimmedDataAccessException("The requested sequence number is beyond the trim point.");
        return ValueTask.FromResult($"{shardId}|{index}|{_iteratorGeneration}");
    }

    public ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        if (_faults.TryDequeue(out var fault))
            throw fault;
        var parts = iterator.Split('|');
        var (shard, index) = (Find(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture));
        if (parts[2] != _iteratorGeneration.ToString(CultureInfo.InvariantCulture))
            throw new ExpiredIteratorException("The iterator is too old.");
        if (index < shard.Trimmed)
            throw new TrimmedDataAccessException("The records are trimmed.");
        var records = shard.Records.Skip(index).Take(Math.Min(limit, PageSize)).ToList();
        var end = index + records.Count;
        var next = shard.IsClosed && end == shard.Records.Count ? null : $"{shard.Id}|{end}|{parts[2]}";
        return ValueTask.FromResult(new RecordPage(records, next));
    }

    public static string NameOf(StreamRecord record) => NameOf(record.Json);

    public static string NameOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("name").GetString()!;
    }

    private ScriptedShard Find(string shardId) =>
        _shards.Find(shard => shard.Id == shardId) ?? throw new ShardNotFoundException($"There is no shard {shardId}.");
}

internal sealed class ScriptedShard(string id, string? parentId)
{
    public string Id { get; } = id;

    public string? ParentId { get; } = parentId;

    public List<StreamRecord> Records { get; } = [];

    public bool IsClosed { get; set; }

    public int Trimmed { get; set; }
}
