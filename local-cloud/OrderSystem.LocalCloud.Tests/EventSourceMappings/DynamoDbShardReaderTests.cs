using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.EventSources.Streams;
using OrderSystem.LocalCloud.DynamoDb;
using OrderSystem.LocalCloud.EventSourceMappings;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

/// <summary>Tests the shard reader on a stream of a real DynamoDB Local.</summary>
public sealed class DynamoDbShardReaderTests(DynamoDbLocalFixture dynamoDb) : IClassFixture<DynamoDbLocalFixture>, IAsyncLifetime
{
    private HttpClient _tables = null!;
    private DynamoDbClient _client = null!;
    private DynamoDbShardReader _reader = null!;
    private string _shard = "";

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tables = new HttpClient { BaseAddress = dynamoDb.Endpoint };
        _client = new DynamoDbClient(new LocalCloudOptions { DynamoDbEndpoint = dynamoDb.Endpoint });
        // All tests share one table with a stream, because a second table with a stream would slow DynamoDB Local down.
        if ((await HopRig.CallAsync(_tables, "DynamoDB_20120810.ListTables", "{}"))["TableNames"]!.AsArray().Count == 0)
        {
            await HopRig.CallAsync(_tables, "DynamoDB_20120810.CreateTable", """
                {"TableName":"Hop","BillingMode":"PAY_PER_REQUEST",
                 "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"at","AttributeType":"N"}],
                 "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"at","KeyType":"RANGE"}],
                 "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
                """);
        }

        var table = await HopRig.CallAsync(_tables, "DynamoDB_20120810.DescribeTable", """{"TableName":"Hop"}""");
        _reader = new DynamoDbShardReader(_client, (string)table["Table"]!["LatestStreamArn"]!, "eu-west-1", TimeProvider.System);
        _shard = (await _reader.ListShardsAsync(CancellationToken))[^1].Id;
    }

    public ValueTask DisposeAsync()
    {
        _tables.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Reading_after_the_latest_record_returns_only_newer_records()
    {
        await PutAsync("before", 1);
        var latest = await _reader.GetLatestSequenceNumberAsync(_shard, CancellationToken);
        await PutAsync("after", 1);
        Assert.Equal(["after"], (await ReadAsync(latest)).Select(record => record.Key));
    }

    [Fact]
    public async Task Items_with_the_same_partition_key_have_the_same_record_key()
    {
        var latest = await _reader.GetLatestSequenceNumberAsync(_shard, CancellationToken);
        await PutAsync("same", 1);
        await PutAsync("same", 2);
        Assert.Equal(["same", "same"], (await ReadAsync(latest)).Select(record => record.Key));
    }

    [Fact]
    public async Task An_item_with_the_deepest_nesting_that_DynamoDB_allows_is_read_whole()
    {
        var latest = await _reader.GetLatestSequenceNumberAsync(_shard, CancellationToken);
        var deep = """{"S":"bottom"}""";
        for (var level = 0; level < 31; level++)
            deep = $$$"""{"M":{"m":{{{deep}}}}}""";
        await PutAsync("deep", 1, deep);
        var record = Assert.Single(await ReadAsync(latest));
        using var json = JsonDocument.Parse(record.Json, new JsonDocumentOptions { MaxDepth = 256 });
        Assert.Contains("bottom", json.RootElement.GetProperty("dynamodb").GetProperty("NewImage").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_names_the_region_as_an_event_does()
    {
        var latest = await _reader.GetLatestSequenceNumberAsync(_shard, CancellationToken);
        await PutAsync("placed", 1);
        using var json = JsonDocument.Parse(Assert.Single(await ReadAsync(latest)).Json);
        Assert.Equal("eu-west-1", json.RootElement.GetProperty("awsRegion").GetString());
        Assert.StartsWith("arn:aws:dynamodb:eu-west-1:", json.RootElement.GetProperty("eventSourceARN").GetString(), StringComparison.Ordinal);
    }

    // DynamoDB Local rounds a record's creation time down to the minute. If the reader reads the record within that minute, it
    // uses the time of its own clock instead.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(14, 14)]
    [InlineData(59, 59)]
    [InlineData(300, 59)]
    public async Task A_record_of_DynamoDB_Local_is_dated_within_its_minute(int readAfterSeconds, int datedAfterSeconds)
    {
        var clock = new FakeTimeProvider();
        var reader = new DynamoDbShardReader(_client, _reader.StreamArn, "eu-west-1", clock);
        var latest = await _reader.GetLatestSequenceNumberAsync(_shard, CancellationToken);
        await PutAsync("dated", 1);
        var minute = Minute(Assert.Single(await ReadAsync(latest)));
        clock.SetUtcNow(minute.AddSeconds(readAfterSeconds));
        var record = Assert.Single(await ReadAsync(latest, reader));
        Assert.Equal(datedAfterSeconds, (int)(record.CreatedAt - minute).TotalSeconds);
    }

    [Fact]
    public async Task A_record_is_never_dated_before_its_minute()
    {
        var clock = new FakeTimeProvider();
        var reader = new DynamoDbShardReader(_client, _reader.StreamArn, "eu-west-1", clock);
        var latest = await _reader.GetLatestSequenceNumberAsync(_shard, CancellationToken);
        await PutAsync("early", 1);
        var minute = Minute(Assert.Single(await ReadAsync(latest)));
        clock.SetUtcNow(minute.AddMinutes(-10));
        Assert.Equal(minute, Assert.Single(await ReadAsync(latest, reader)).CreatedAt);
    }

    private static DateTimeOffset Minute(StreamRecord record)
    {
        using var json = JsonDocument.Parse(record.Json);
        return DateTimeOffset.FromUnixTimeSeconds((long)json.RootElement.GetProperty("dynamodb").GetProperty("ApproximateCreationDateTime").GetDouble());
    }

    [Fact]
    public async Task A_missing_shard_throws() =>
        await Assert.ThrowsAsync<ShardNotFoundException>(async () => await _reader.GetIteratorAsync("shardId-00000000000000000000-00000000", null, CancellationToken));

    [Fact]
    public async Task An_expired_iterator_throws()
    {
        // The last part of a shard iterator is the Base64 encoding of the shard, the position and the time at which the iterator
        // was issued.
        var parts = (await _reader.GetIteratorAsync(_shard, null, CancellationToken)).Split('|');
        var inside = Encoding.UTF8.GetString(Convert.FromBase64String(parts[^1])).Split('|');
        inside[^1] = (TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture).PadLeft(inside[^1].Length, '0');
        parts[^1] = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join('|', inside)));
        await Assert.ThrowsAsync<ExpiredIteratorException>(async () => await _reader.GetRecordsAsync(string.Join('|', parts), 1000, CancellationToken));
    }

    private async Task<List<StreamRecord>> ReadAsync(string? after, DynamoDbShardReader? with = null)
    {
        var reader = with ?? _reader;
        var records = new List<StreamRecord>();
        for (string? iterator = await reader.GetIteratorAsync(_shard, after, CancellationToken); iterator is not null;)
        {
            var page = await reader.GetRecordsAsync(iterator, 1000, CancellationToken);
            if (page.Records.Count == 0)
                break;
            records.AddRange(page.Records);
            iterator = page.NextIterator;
        }

        return records;
    }

    private async Task PutAsync(string id, int at, string attribute = """{"S":"x"}""") => await HopRig.CallAsync(_tables, "DynamoDB_20120810.PutItem",
        $$$"""{"TableName":"Hop","Item":{"id":{"S":"{{{id}}}"},"at":{"N":"{{{at}}}"},"written":{"S":"{{{Guid.NewGuid()}}}"},"attribute": {{{attribute}}} }}""");
}
