using System.Globalization;
using System.Text.Json;
using OrderSystem.Core.Orders;
using OrderSystem.EventSources.Scheduling;
using OrderSystem.EventSources.Streams;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every reader of the orders' stream must pass. The test class of an adapter provides the adapter's order store
/// and stream reader. The stream must contain every change: no filter may drop records, and no mapping may delete them. The
/// tests do not require an <c>OldImage</c>, a particular sequence of the records of different orders, or consecutive
/// sequence numbers.
/// </summary>
public abstract class ShardReaderContract
{
    private static readonly CancellationToken Cancelled = new(canceled: true);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The order store, whose changes are the records of the stream.</summary>
    protected abstract IOrderStore Orders { get; }

    protected abstract IShardReader Reader { get; }

    /// <summary>
    /// The pace at which a mapping polls the stream. A new record must end even the longest pause between two polls.
    /// </summary>
    protected abstract PollingPace Pace { get; }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(StreamWalk.PageLimit)]
    public async Task Every_accepted_order_is_one_INSERT_record_for_any_page_size(int limit)
    {
        var before = await LatestAsync();
        var orders = await InsertAsync(10);
        var records = await ReadAsync(before, orders.Count, limit);
        Assert.All(records, record => Assert.Equal("INSERT", EventName(record)));
        AssertOf(orders, records);
    }

    [Fact]
    public async Task Changes_to_an_order_arrive_in_sequence_with_their_new_images()
    {
        var before = await LatestAsync();
        var changes = await ChangeAsync();
        var records = await ReadAsync(before, changes.Count);
        Assert.Equal(["INSERT", "MODIFY", "MODIFY", "MODIFY"], records.Select(EventName));
        Assert.All(records, record => Assert.Equal(changes[0].OrderId, record.Record.Key));
        foreach (var (change, record) in changes.Zip(records))
            OrderStoreContract.AssertSame(change, Image(record));
    }

    [Fact]
    public async Task Refused_writes_leave_no_record()
    {
        var before = await LatestAsync();
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        Assert.False((await Orders.InsertAsync(order with { CustomerId = "another" }, Cancellation)).Inserted);
        Assert.False(await Orders.TryUpdateAsync(order.Next(Sample.Noon).Next(Sample.Noon), Cancellation));
        Assert.False(await Orders.TryUpdateAsync(Sample.Order().Next(Sample.Noon), Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Orders.InsertAsync(Sample.Order(), Cancelled));
        AssertOf([order, .. await InsertAsync(1)], await ReadAsync(before, 2));
    }

    [Theory]
    [InlineData("JPY", "7")]
    [InlineData("EUR", "0.01")]
    [InlineData("EUR", "999999999.99")]
    [InlineData("KWD", "0.100")]
    [InlineData("KWD", "123456789.123")]
    public async Task Amounts_are_exact_to_their_last_decimal_place(string currency, string price) =>
        await AssertIsReadAsync(Sample.Order(currency: currency, lines: [new("A1", 9_999, decimal.Parse(price, CultureInfo.InvariantCulture))]));

    [Theory]
    [InlineData("客户 Ωé")]
    [InlineData("🛒 \u200d\u0301 \"'\\ ; \u0001 --")]
    public async Task Text_of_any_script_is_read_exactly(string text) =>
        await AssertIsReadAsync(Sample.Order(customerId: text, lines: [new(text, 1, 1m)]));

    [Fact]
    public async Task The_largest_valid_order_is_read_completely() => await AssertIsReadAsync(Sample.Largest());

    [Fact]
    public async Task A_record_has_the_format_of_a_DynamoDB_stream_event()
    {
        var (before, from) = (await LatestAsync(), TimeProvider.System.GetUtcNow());
        await InsertAsync(2);
        var records = (await ReadAsync(before, 2)).ConvertAll(taken => taken.Record);
        var to = TimeProvider.System.GetUtcNow();
        var ids = new HashSet<string?>();
        foreach (var record in records)
        {
            using var json = JsonDocument.Parse(record.Json);
            var (root, change) = (json.RootElement, json.RootElement.GetProperty("dynamodb"));
            ids.Add(root.GetProperty("eventID").GetString());
            Assert.Equal(("aws:dynamodb", "1.1"), (root.GetProperty("eventSource").GetString(), root.GetProperty("eventVersion").GetString()));
            // The stream ARNs of DynamoDB Local contain the region "ddblocal", which does not appear in events.
            Assert.Equal(Reader.StreamArn.Replace(":ddblocal:", ":us-east-1:", StringComparison.Ordinal), root.GetProperty("eventSourceARN").GetString());
            Assert.Equal(record.SequenceNumber, change.GetProperty("SequenceNumber").GetString());
            Assert.Equal($$$"""{"orderId":{"S":"{{{record.Key}}}"}}""", change.GetProperty("Keys").GetRawText());
            Assert.Contains(change.GetProperty("StreamViewType").GetString(), new[] { "NEW_IMAGE", "NEW_AND_OLD_IMAGES" });
            // The event's time is approximate: DynamoDB Local truncates the time to the minute, and the reader sets CreatedAt
            // itself.
            var approximate = DateTimeOffset.FromUnixTimeSeconds((long)change.GetProperty("ApproximateCreationDateTime").GetDouble());
            Assert.InRange(record.CreatedAt, approximate, approximate.AddSeconds(60));
            Assert.InRange(record.CreatedAt, from.AddSeconds(-1), to);
        }

        Assert.Equal(2, ids.Count);
    }

    [Fact]
    public async Task Reading_resumes_after_any_record()
    {
        var before = await LatestAsync();
        await ChangeAsync();
        var records = await ReadAsync(before, 4);
        for (var i = 0; i < records.Count; i++)
            Assert.Equal(Numbers(records.Skip(i + 1)), Numbers(await ReadAsync(Behind(before, records[i]), records.Count - i - 1)));
    }

    [Fact]
    public async Task Reading_without_a_sequence_number_starts_at_the_oldest_record()
    {
        await ChangeAsync();
        var all = await ReadAsync(new Dictionary<string, string?>(), 4);
        foreach (var shard in all.GroupBy(taken => taken.Shard))
        {
            var rest = await ReadAsync(Behind(await LatestAsync(), shard.First()), shard.Count() - 1);
            Assert.Equal(Numbers(shard.Skip(1)), Numbers(rest));
        }
    }

    [Fact]
    public async Task The_latest_sequence_number_is_that_of_the_last_record()
    {
        var before = await LatestAsync();
        await ChangeAsync();
        var last = (await ReadAsync(before, 4))[^1];
        var latest = await LatestAsync();
        Assert.Equal(last.Record.SequenceNumber, latest[last.Shard]);
        AssertOf(await InsertAsync(3), await ReadAsync(latest, 3));
    }

    [Fact]
    public async Task A_shard_iterator_can_be_reused()
    {
        var before = await LatestAsync();
        await ChangeAsync();
        var records = await ReadAsync(before, 4);
        var iterator = await Reader.GetIteratorAsync(records[0].Shard, before.GetValueOrDefault(records[0].Shard), Cancellation);
        for (var i = 0; i < 2; i++)
        {
            var page = await Reader.GetRecordsAsync(iterator, StreamWalk.PageLimit, Cancellation);
            Assert.Equal(Numbers(records), page.Records.Select(record => record.SequenceNumber));
        }
    }

    [Fact]
    public async Task An_unknown_shard_throws_ShardNotFoundException() =>
        await Assert.ThrowsAsync<ShardNotFoundException>(async () => await Reader.GetIteratorAsync("shardId-00000009999999999999-00000000", null, Cancellation));

    [Fact]
    public async Task A_wait_ends_on_timeout_or_when_a_record_arrives()
    {
        var before = await LatestAsync();
        var iterator = await EndAsync(before);
        await Reader.WaitForRecordsAsync(iterator, TimeSpan.FromMilliseconds(1), TimeProvider.System, Cancellation);
        var wait = Reader.WaitForRecordsAsync(iterator, Pace.Idle, TimeProvider.System, Cancellation);
        var orders = await InsertAsync(1);
        await wait;
        AssertOf(orders, await ReadAsync(before, 1));
    }

    [Fact]
    public async Task A_wait_ends_at_once_if_a_record_has_already_arrived()
    {
        var before = await LatestAsync();
        var iterator = await EndAsync(before);
        var orders = await InsertAsync(1);
        await Reader.WaitForRecordsAsync(iterator, Pace.Idle, TimeProvider.System, Cancellation);
        AssertOf(orders, await ReadAsync(before, 1));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_a_later_read_misses_nothing()
    {
        var before = await LatestAsync();
        var orders = await InsertAsync(1);
        var shard = (await ReadAsync(before, 1))[0].Shard;
        var iterator = await Reader.GetIteratorAsync(shard, before.GetValueOrDefault(shard), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Reader.ListShardsAsync(Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Reader.GetLatestSequenceNumberAsync(shard, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Reader.GetIteratorAsync(shard, null, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Reader.GetRecordsAsync(iterator, StreamWalk.PageLimit, Cancelled));
        var page = await Reader.GetRecordsAsync(iterator, StreamWalk.PageLimit, Cancellation);
        Assert.Equal(orders[0].OrderId, Assert.Single(page.Records).Key);
    }

    [Fact]
    public async Task A_cancelled_wait_throws_and_a_later_read_misses_nothing()
    {
        var before = await LatestAsync();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var wait = Reader.WaitForRecordsAsync(await EndAsync(before), Pace.Idle, TimeProvider.System, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        AssertOf(await InsertAsync(1), await ReadAsync(before, 1));
    }

    [Fact]
    public async Task Every_order_is_read_once_while_many_writers_write()
    {
        var walk = new StreamWalk(Reader, await LatestAsync());
        var writers = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => InsertAsync(12)));
        var records = await walk.ReadAsync(expected: 96, limit: 7, Cancellation);
        AssertOf((await writers).SelectMany(orders => orders), records);
    }

    private static void AssertOf(IEnumerable<Order> orders, IEnumerable<Taken> records) =>
        Assert.Equal(orders.Select(order => order.OrderId).Order(StringComparer.Ordinal), records.Select(taken => taken.Record.Key).Order(StringComparer.Ordinal));

    private static Dictionary<string, string?> Behind(IReadOnlyDictionary<string, string?> place, Taken record) =>
        new(place, StringComparer.Ordinal) { [record.Shard] = record.Record.SequenceNumber };

    private static IEnumerable<string> Numbers(IEnumerable<Taken> records) => records.Select(taken => taken.Record.SequenceNumber);

    private static string? EventName(Taken taken)
    {
        using var json = JsonDocument.Parse(taken.Record.Json);
        return json.RootElement.GetProperty("eventName").GetString();
    }

    private static Order Image(Taken taken)
    {
        using var json = JsonDocument.Parse(taken.Record.Json);
        Assert.DoesNotContain("\"tok_", json.RootElement.GetRawText(), StringComparison.Ordinal);
        return StreamImage.Order(json.RootElement.GetProperty("dynamodb").GetProperty("NewImage"));
    }

    private Task<IReadOnlyDictionary<string, string?>> LatestAsync() => StreamWalk.LatestAsync(Reader, Cancellation);

    private Task<List<Taken>> ReadAsync(IReadOnlyDictionary<string, string?> after, int expected, int limit = StreamWalk.PageLimit) =>
        new StreamWalk(Reader, after).ReadAsync(expected, limit, Cancellation);

    /// <summary>
    /// Gets an iterator for the newest shard. The iterator starts after the sequence number that <paramref name="place"/> contains
    /// for this shard.
    /// </summary>
    private async Task<string> EndAsync(IReadOnlyDictionary<string, string?> place)
    {
        var shard = (await Reader.ListShardsAsync(Cancellation))[^1].Id;
        return await Reader.GetIteratorAsync(shard, place.GetValueOrDefault(shard), Cancellation);
    }

    private async Task AssertIsReadAsync(Order order)
    {
        var before = await LatestAsync();
        await Orders.InsertAsync(order, Cancellation);
        OrderStoreContract.AssertSame(order, Image(Assert.Single(await ReadAsync(before, 1))));
    }

    private async Task<IReadOnlyList<Order>> InsertAsync(int count)
    {
        var orders = Enumerable.Range(0, count).Select(_ => Sample.Order()).ToArray();
        foreach (var order in orders)
            await Orders.InsertAsync(order, Cancellation);
        return orders;
    }

    /// <summary>Inserts an order and changes it three times, as if by processes with different clocks.</summary>
    private async Task<IReadOnlyList<Order>> ChangeAsync()
    {
        var accepted = Sample.Order();
        var validated = (accepted with { Status = OrderStatus.Validated }).Next(Sample.Noon.AddSeconds(1));
        var rejected = (validated with { Status = OrderStatus.Rejected, Reason = RejectionReason.InsufficientStock }).Next(Sample.Noon.AddHours(-1));
        var refunded = (rejected with { Refunded = true, NotifiedAt = Sample.Noon.AddTicks(1_234_567) }).Next(Sample.Noon.AddHours(1));
        await Orders.InsertAsync(accepted, Cancellation);
        foreach (var next in new[] { validated, rejected, refunded })
            Assert.True(await Orders.TryUpdateAsync(next, Cancellation));
        return [accepted, validated, rejected, refunded];
    }
}
