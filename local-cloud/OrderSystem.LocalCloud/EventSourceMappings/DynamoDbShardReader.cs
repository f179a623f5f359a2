using System.Buffers;
using System.Collections;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.Http;

namespace OrderSystem.LocalCloud.EventSourceMappings;

/// <summary>Reads a DynamoDB stream, and converts the records to the form in which Lambda passes them to a function.</summary>
internal sealed class DynamoDbShardReader : IShardReader
{
    /// <summary>
    /// The number of consecutive empty pages after which a shard is considered to have no more records for now. DynamoDB may also
    /// return a few empty pages between records.
    /// </summary>
    private const int EmptyPagesToTheEnd = 5;

    /// <summary>The region in the records of DynamoDB Local.</summary>
    private const string LocalRegion = "ddblocal";

    /// <summary>The precision of <c>ApproximateCreationDateTime</c> in DynamoDB Local.</summary>
    private static readonly TimeSpan LocalClockStep = TimeSpan.FromMinutes(1);

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    private readonly DynamoDbClient _dynamoDb;
    private readonly QuietShards? _quiet;
    private readonly string _region;
    private readonly string _eventSourceArn;
    private readonly TimeProvider _time;

    // Responses that arrived while a shard was idle, keyed by the iterator of the next read.
    private readonly ConcurrentDictionary<string, byte[]> _answers = new(StringComparer.Ordinal);
    private string? _partitionKey;

    /// <param name="dynamoDb">The DynamoDB client.</param>
    /// <param name="streamArn">The stream's ARN, as DynamoDB returned it.</param>
    /// <param name="region">The region to put into events, because DynamoDB Local reports a region that does not exist in
    /// AWS.</param>
    /// <param name="time">The clock used to estimate when records of DynamoDB Local were created.</param>
    /// <param name="quiet">Polls the idle shards; null if the reader polls them itself.</param>
    public DynamoDbShardReader(DynamoDbClient dynamoDb, string streamArn, string region, TimeProvider time, QuietShards? quiet = null)
    {
        (_dynamoDb, StreamArn, _region, _time, _quiet) = (dynamoDb, streamArn, region, time, quiet);
        _eventSourceArn = streamArn.Replace($":{LocalRegion}:", $":{region}:", StringComparison.Ordinal);
    }

    public string StreamArn { get; }

    public TimeSpan? Retention => TimeSpan.FromHours(24);

    public async ValueTask<IReadOnlyList<Shard>> ListShardsAsync(CancellationToken cancellationToken)
    {
        var shards = new List<Shard>();
        string? last = null;
        do
        {
            var request = new JsonObject { [nameof(StreamArn)] = StreamArn };
            if (last is not null)
                request["ExclusiveStartShardId"] = last;
            var description = (await CallAsync("DescribeStream", request, cancellationToken))["StreamDescription"]!;
            _partitionKey ??= description["KeySchema"]?.AsArray().Where(key => (string?)key!["KeyType"] == "HASH").Select(key => (string?)key!["AttributeName"]).FirstOrDefault();
            foreach (var shard in description["Shards"]?.AsArray() ?? [])
                shards.Add(new Shard((string)shard!["ShardId"]!, (string?)shard["ParentShardId"]));
            last = (string?)description["LastEvaluatedShardId"];
        }
        while (last is not null);

        return shards;
    }

    // The API only returns an open shard's first sequence number, so read all of the shard's records to find the latest one.
    public async ValueTask<string?> GetLatestSequenceNumberAsync(string shardId, CancellationToken cancellationToken)
    {
        string? latest = null;
        var iterator = await GetIteratorAsync(shardId, null, cancellationToken);
        for (var empty = 0; iterator is not null && empty < EmptyPagesToTheEnd;)
        {
            var page = await GetRecordsAsync(iterator, 1000, cancellationToken);
            empty = page.Records.Count == 0 ? empty + 1 : 0;
            latest = page.Records.Count > 0 ? page.Records[^1].SequenceNumber : latest;
            iterator = page.NextIterator;
        }

        return latest;
    }

    public ValueTask<string> GetIteratorAsync(string shardId, string? afterSequenceNumber, CancellationToken cancellationToken) =>
        GetIteratorAsync(shardId, afterSequenceNumber is null ? "TRIM_HORIZON" : "AFTER_SEQUENCE_NUMBER", afterSequenceNumber, cancellationToken);

    /// <summary>Returns an iterator of the given <c>ShardIteratorType</c>.</summary>
    public async ValueTask<string> GetIteratorAsync(string shardId, string type, string? sequenceNumber, CancellationToken cancellationToken)
    {
        var request = new JsonObject { [nameof(StreamArn)] = StreamArn, ["ShardId"] = shardId, ["ShardIteratorType"] = type };
        if (sequenceNumber is not null)
            request["SequenceNumber"] = sequenceNumber;
        return (string)(await CallAsync("GetShardIterator", request, cancellationToken))["ShardIterator"]!;
    }

    public async ValueTask<RecordPage> GetRecordsAsync(string iterator, int limit, CancellationToken cancellationToken)
    {
        if (!_answers.TryRemove(iterator, out var answer) || limit < DynamoDbClient.PageLimit)
            answer = await TranslateAsync(_dynamoDb.GetRecordsAsync(iterator, limit, cancellationToken));
        var (next, count) = Outline(answer);
        var readAt = _time.GetUtcNow();
        return new RecordPage(count == 0 ? [] : new LazyRecords(count, () => Read(answer, readAt)), next);
    }

    public async Task WaitForRecordsAsync(string iterator, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        if (_quiet is null || atMost <= QuietShards.Interval)
            await Task.Delay(atMost, time, cancellationToken);
        else if (await _quiet.WaitAsync(iterator, atMost, cancellationToken) is { } answer)
            _answers[iterator] = answer;
    }

    /// <summary>
    /// Returns the next shard iterator and the number of records of a <c>GetRecords</c> response. The records themselves are
    /// not parsed, so that the next page can be requested early.
    /// </summary>
    public static (string? NextIterator, int Count) Outline(ReadOnlySpan<byte> answer)
    {
        var reader = new Utf8JsonReader(answer, new JsonReaderOptions { MaxDepth = Deep.MaxDepth });
        string? next = null;
        var count = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNext = reader.ValueTextEquals("NextShardIterator"u8);
            var isRecords = reader.ValueTextEquals("Records"u8);
            reader.Read();
            if (isNext)
                next = reader.GetString();
            for (; isRecords && reader.Read() && reader.TokenType == JsonTokenType.StartObject; count++)
                reader.Skip();
            if (!isRecords)
                reader.Skip();
        }

        return (next, count);
    }

    private StreamRecord[] Read(byte[] answer, DateTimeOffset readAt)
    {
        using var document = JsonDocument.Parse(answer, Deep);
        return [.. document.RootElement.GetProperty("Records").EnumerateArray().Select(record => Read(record, readAt))];
    }

    /// <summary>A list of records whose count is known. The records are parsed when one of them is first accessed.</summary>
    private sealed class LazyRecords(int count, Func<StreamRecord[]> read) : IReadOnlyList<StreamRecord>
    {
        private StreamRecord[]? _records;

        public int Count => count;

        private StreamRecord[] Records => _records ??= read();

        public StreamRecord this[int index] => Records[index];

        public IEnumerator<StreamRecord> GetEnumerator() => Records.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private StreamRecord Read(JsonElement record, DateTimeOffset readAt)
    {
        var change = record.GetProperty("dynamodb");
        return new StreamRecord(
            change.GetProperty("SequenceNumber").GetString()!,
            Key(change.GetProperty("Keys")),
            CreatedAt(record, change, readAt),
            Event(record));
    }

    /// <summary>Returns the record as Lambda passes it to a function. The change itself is copied byte for byte.</summary>
    private ReadOnlyMemory<byte> Event(JsonElement record)
    {
        var buffer = new ArrayBufferWriter<byte>(JsonMarshal.GetRawUtf8Value(record).Length + 256);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        foreach (var property in record.EnumerateObject())
        {
            if (property.NameEquals("awsRegion"))
                writer.WriteString("awsRegion", _region);
            else if (property.NameEquals("userIdentity") && property.Value.ValueKind == JsonValueKind.Object)
                WriteIdentity(writer, property.Value);
            else
                WriteRaw(writer, property.Name, property.Value);
        }

        writer.WriteString("eventSourceARN", _eventSourceArn);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    // The members PrincipalId and Type of a DynamoDB Streams record are principalId and type in the Lambda event.
    private static void WriteIdentity(Utf8JsonWriter writer, JsonElement identity)
    {
        writer.WriteStartObject("userIdentity");
        foreach (var member in identity.EnumerateObject())
            WriteRaw(writer, JsonNamingPolicy.CamelCase.ConvertName(member.Name), member.Value);
        writer.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }

    // DynamoDB Local rounds a record's creation time down to the minute. If the record is read within that minute, it was created
    // just before the read; if it is read later, assume the end of the minute. A time that is too late is better than one that is
    // too early, because records that are too old are discarded.
    private static DateTimeOffset CreatedAt(JsonElement record, JsonElement change, DateTimeOffset readAt)
    {
        var created = DateTimeOffset.UnixEpoch.AddSeconds(change.GetProperty("ApproximateCreationDateTime").GetDouble());
        if (!record.TryGetProperty("awsRegion", out var region) || !region.ValueEquals(LocalRegion))
            return created;
        // AWS reports creation times in whole seconds.
        var second = DateTimeOffset.FromUnixTimeSeconds(readAt.ToUnixTimeSeconds());
        var latest = created + LocalClockStep - TimeSpan.FromSeconds(1);
        return second < created ? created : second < latest ? second : latest;
    }

    /// <summary>
    /// Returns the record's partition key: records with equal keys are processed in order. DynamoDB always writes equal
    /// keys as identical JSON, so keys can be compared as text.
    /// </summary>
    private string Key(JsonElement keys) =>
        _partitionKey is { } name && keys.TryGetProperty(name, out var value) && value.EnumerateObject().FirstOrDefault().Value is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : keys.GetRawText();

    private Task<JsonObject> CallAsync(string operation, JsonObject request, CancellationToken cancellationToken) =>
        TranslateAsync(_dynamoDb.CallStreamsAsync(operation, request, cancellationToken));

    private static async Task<T> TranslateAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (AwsServiceException error) when (error.Code == "ExpiredIteratorException")
        {
            throw new ExpiredIteratorException(error.Message);
        }
        catch (AwsServiceException error) when (error.Code == "TrimmedDataAccessException")
        {
            throw new TrimmedDataAccessException(error.Message);
        }
        catch (AwsServiceException error) when (error.Code == "ResourceNotFoundException")
        {
            throw new ShardNotFoundException(error.Message);
        }
    }
}
