using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OrderSystem.Aws.DynamoDb;
using OrderSystem.Core.Orders;
using OrderSystem.Dlq;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Aws;

/// <summary>
/// Tests the list of all orders with one status. The orders are distributed over the partitions of a simulated index, and
/// merged into one list when they are read.
/// </summary>
public class StatusShardsTests
{
    private static readonly Gen<(int Orders, int Instants, int Limit, int Partitions, int Seed)> Cases =
        from orders in Gen.Choose(0, 120)
        from instants in Gen.Choose(1, 60)
        from limit in Gen.Choose(1, 40)
        from partitions in Gen.Choose(1, 20)
        from seed in Gen.Choose(0, int.MaxValue)
        select (orders, instants, limit, partitions, seed);

    [Fact]
    public void An_orders_partition_never_changes() =>
        Assert.Equal(("Pending#4", "Validated#14"), (StatusShards.Key(OrderStatus.Pending, "o-1"), StatusShards.Key(OrderStatus.Validated, "order_A")));

    /// <summary>
    /// With 16 partitions, a status has nearly 16 times the throughput of one partition, whatever the order ids look like.
    /// </summary>
    [Property]
    public Property No_partition_takes_much_more_than_its_share() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).Zip(Gen.Elements("{0}", "order-{0:D12}", "{0:x}_b", "customer-7-{0}-2026", "A{0}A")).ToArbitrary(),
        given =>
        {
            const int Orders = 16_000;
            var shares = Enumerable.Range(0, Orders)
                .Select(i => string.Format(CultureInfo.InvariantCulture, given.Item2, (long)given.Item1 + i))
                .CountBy(orderId => StatusShards.Of(orderId, StatusShards.Count)).ToList();
            const double Mean = (double)Orders / StatusShards.Count;
            return shares.Count == StatusShards.Count && shares.TrueForAll(share => Math.Abs(share.Value - Mean) < 6 * Math.Sqrt(Mean));
        });

    [Property]
    public Property Pages_contain_every_order_once_in_sorted_order() => Prop.ForAll(Cases.ToArbitrary(), given =>
    {
        var index = new Index(given.Orders, given.Instants, given.Partitions, given.Seed);
        var pages = index.Pages(given.Limit, given.Partitions);
        return pages.SelectMany(page => page.Orders).Select(order => order.OrderId).SequenceEqual(index.Sorted)
            && pages.SkipLast(1).All(page => page.Orders.Count == given.Limit) && pages[^1].Orders.Count <= given.Limit;
    });

    [Property]
    public Property Older_orders_are_still_listed_after_adding_partitions() => Prop.ForAll(Cases.ToArbitrary(), given =>
    {
        var index = new Index(given.Orders, given.Instants, given.Partitions, given.Seed);
        return index.Pages(given.Limit, given.Partitions, thenPartitions: given.Partitions * 2).SelectMany(page => page.Orders).Select(order => order.OrderId).SequenceEqual(index.Sorted);
    });

    [Fact]
    public async Task A_page_reads_little_more_than_it_shows()
    {
        var index = new Index(16_000, 16_000, StatusShards.Count, seed: 7);
        await index.PageAsync(100, after: null, StatusShards.Count);
        Assert.InRange(index.Read, 100, 300);
    }

    [Fact]
    public void A_redrive_reads_every_partition() => Assert.Equal(StatusShards.Count, PendingOrders.StatusShards);

    /// <summary>
    /// Simulates a DynamoDB index. Each partition is sorted by creation time; orders with the same creation time are in an
    /// arbitrary order.
    /// </summary>
    private sealed class Index
    {
        private readonly List<List<Order>> _partitions;
        private readonly Random _random;

        public Index(int orders, int instants, int partitions, int seed)
        {
            _random = new Random(seed);
            var all = Enumerable.Range(0, orders).Select(i => Sample.Order($"o-{seed}-{i}", createdAt: Sample.Noon.AddTicks(_random.Next(instants)))).ToList();
            _partitions = [.. Enumerable.Range(0, partitions).Select(partition => all
                .Where(order => StatusShards.Of(order.OrderId, partitions) == partition)
                .OrderByDescending(order => order.CreatedAt).ThenBy(_ => _random.Next()).ToList())];
            Sorted = [.. all.OrderByDescending(order => order.CreatedAt).ThenByDescending(order => order.OrderId, StringComparer.Ordinal).Select(order => order.OrderId)];
        }

        public IReadOnlyList<string> Sorted { get; }

        public int Read { get; private set; }

        public Task<OrderPage> PageAsync(int limit, PagePosition? after, int partitions) => new PartitionMerge<object>(partitions, (partition, from, size, _) =>
        {
            var orders = partition < _partitions.Count ? _partitions[partition].SkipWhile(order => order.CreatedAt > after?.CreatedAt).ToList() : [];
            var start = from is int next ? next : 0;
            // DynamoDB ends a page early at one megabyte, and may return an empty page.
            var page = orders.Skip(start).Take(_random.Next(4) == 0 ? _random.Next(size) : size).ToList();
            Read += page.Count;
            var end = start + page.Count;
            return Task.FromResult<(IReadOnlyList<Order>, object?)>((page, end < orders.Count || _random.Next(8) == 0 ? end : null));
        }).PageAsync(limit, after, CancellationToken.None);

        public List<OrderPage> Pages(int limit, int partitions, int? thenPartitions = null)
        {
            var pages = new List<OrderPage>();
            do
            {
                var page = PageAsync(limit, pages.LastOrDefault()?.Next, pages.Count == 0 ? partitions : thenPartitions ?? partitions);
                Assert.True(page.IsCompletedSuccessfully);
                pages.Add(page.Result);
            }
            while (pages[^1].Next is not null);
            return pages;
        }
    }
}
