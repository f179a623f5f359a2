using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Streams;

namespace OrderSystem.EventSources.Testing;

/// <summary>
/// An in-memory stream that behaves like DynamoDB Streams. Tests can split, close and trim its shards, expire its
/// iterators and make its reads fail.
/// </summary>
/// <param name="time">The clock that provides the records' timestamps.</param>
public sealed class ScriptedStream(TimeProvider time) : IShardReader
{
    private readonly List<ScriptedShard> _shards = [];
    private HashSet<ScriptedShard> _hidden = [];
    private HashSet<ScriptedShard> _hiddenBefore = [];
    private readonly Queue<Exception> _faults = new();
    private int _made;
    private long _sequence;
    private int _iteratorGeneration;
    private int? _breakAfter;

    /// <inheritdoc/>
    public string StreamArn => "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000";

    /// <summary>
    /// The retention that the stream reports. The stream does not enforce this retention: only <see cref="Trim"/> removes
    /// records.
    /// </summary>
    public TimeSpan? Retention { get; set; }

    /// <summary>The maximum number of records per read.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>If true, every read fails as if its iterator had expired.</summary>
    public bool ExpiresAlways { get; set; }

    /// <summary>The number of <c>GetRecords</c> calls so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Adds a shard to the stream.</summary>
    public ScriptedShard AddShard(string? parentId = null)
    {
        var shard = new ScriptedShard($"shard-{_made++}", parentId);
        _shards.Add(shard);
        return shard;
    }

    /// <summary>Writes a record whose JSON contains the given name and key.</summary>
    /// <param name="shard">The shard to write to.</param>
    /// <param name="key">The key of the item.</param>
    /// <param name="name">The name of the record.</param>
    /// <param name="age">The age of the record at the time of writing.</param>
    /// <param name="padding">The number of bytes by which to enlarge the record.</param>
    public StreamRecord Write(ScriptedShard shard, string key, string name, TimeSpan? age = null, int padding = 0)
    {
        var sequence = NextSequenceNumber();
        return Write(shard, new StreamRecord(sequence, key, time.GetUtcNow() - (age ?? TimeSpan.Zero), System.Text.Encoding.UTF8.GetBytes(new JsonObject
        {
            ["eventName"] = "INSERT",
            ["name"] = name,
            ["dynamodb"] = new JsonObject
            {
                ["Keys"] = new JsonObject { ["id"] = new JsonObject { ["S"] = key } },
                ["NewImage"] = new JsonObject { ["name"] = new JsonObject { ["S"] = name } },
                ["SequenceNumber"] = sequence,
            },
            ["padding"] = new string('x', padding),
        }.ToJsonString())));
    }

    /// <summary>Writes a record to a shard.</summary>
    public static StreamRecord Write(ScriptedShard shard, StreamRecord record)
    {
        if (shard.IsClosed)
            throw new SimulationException($"{shard.Id} is closed.");
        shard.Records.Add(record);
        return record;
    }

    /// <summary>Assigns and returns the next sequence number.</summary>
    public string NextSequenceNumber() => (++_sequence).ToString("D21", CultureInfo.InvariantCulture);

    /// <summary>Closes a shard and adds its child shards.</summary>
    public IReadOnlyList<ScriptedShard> Split(ScriptedShard shard, int children = 2)
    {
        shard.IsClosed = true;
        return [.. Enumerable.Range(0, children).Select(_ => AddShard(shard.Id))];
    }

    /// <summary>Trims the oldest records of a shard.</summary>
    public static void Trim(ScriptedShard shard, int count) => shard.Trimmed = Math.Max(shard.Trimmed, count);

    /// <summary>Removes a shard from the stream.</summary>
    public void Remove(ScriptedShard shard) => _shards.Remove(shard);

    /// <summary>Omits a shard from the next shard listing, but not from later listings.</summary>
    public void HideOnce(ScriptedShard shard) => _hidden.Add(shard);

    /// <summary>Expires all existing iterators.</summary>
    public void ExpireIterators() => _iteratorGeneration++;

    /// <summary>Makes the next read throw the given exception.</summary>
    public void FailNextRead(Exception fault) => _faults.Enqueue(fault);

    /// <summary>
    /// Makes the next page with more than the given number of records throw an exception after that many records have been
    /// read.
    /// </summary>
    public void BreakNextPage(int after) => _breakAfter = after;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken)
    {
        (_hiddenBefore, _hidden) = ([.. _hidden.Except(_hiddenBefore)], []);
        var listed = _shards.Where(shard => !_hiddenBefore.Contains(shard)).Select(shard => new Shard(shard.Id, shard.ParentId)).Reverse().ToList();
        return ValueTask.FromResult<IReadOnlyList<Shard>>(listed);
    }

    /// <inheritdoc/>
    public ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Find(shardId).Records.LastOrDefault()?.SequenceNumber);

    /// <inheritdoc/>
    public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken)
    {
        var shard = Find(shardId);
        var index = afterSequenceNumber is null ? shard.Trimmed : shard.Records.ToList().FindIndex(record => record.SequenceNumber == afterSequenceNumber) + 1;
        if (index < shard.Trimmed)
            throw new TrimmedDataAccessException("The requested sequence number is beyond the trim point.");
        return ValueTask.FromResult($"{shardId}|{index}|{_iteratorGeneration}");
    }

    /// <inheritdoc/>
    public ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken)
    {
        Reads++;
        if (_faults.TryDequeue(out var fault))
            throw fault;
        var parts = iterator.Split('|');
        var (shard, index) = (Find(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture));
        if (ExpiresAlways || parts[2] != _iteratorGeneration.ToString(CultureInfo.InvariantCulture))
            throw new ExpiredIteratorException("The iterator is too old.");
        if (index < shard.Trimmed)
            throw new TrimmedDataAccessException("The records are trimmed.");
        var records = shard.Records.Skip(index).Take(Math.Min(limit, PageSize)).ToList();
        var end = index + records.Count;
        var next = shard.IsClosed && end == shard.Records.Count ? null : $"{shard.Id}|{end}|{parts[2]}";
        return ValueTask.FromResult(new RecordPage(Breaking(records), next));
    }

    /// <summary>Returns the name that was given to a record when it was written.</summary>
    public static string NameOf(StreamRecord record) => (string)JsonNode.Parse(record.Json.Span)!["name"]!;

    private IReadOnlyList<StreamRecord> Breaking(List<StreamRecord> records)
    {
        if (_breakAfter is not { } after || records.Count <= after)
            return records;
        _breakAfter = null;
        return new BrokenPage(records, after);
    }

    private ScriptedShard Find(string shardId) =>
        _shards.Find(shard => shard.Id == shardId) ?? throw new ShardNotFoundException($"There is no shard {shardId}.");

    private sealed class BrokenPage(List<StreamRecord> records, int after) : IReadOnlyList<StreamRecord>
    {
        public int Count => records.Count;

        public StreamRecord this[int index] => index < after ? records[index] : throw new InvalidDataException("The page is broken.");

        public IEnumerator<StreamRecord> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
