using OrderSystem.Core.Orders;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>An order that is read from the cache equals the order that is read from the database file.</summary>
public sealed class RecentOrdersTests(EmbeddedFixture embedded) : IClassFixture<EmbeddedFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cached_order_equals_the_stored_one()
    {
        var store = Open();
        var order = Sample.Order();
        await store.InsertAsync(order, Cancellation);
        var next = (order with { Status = OrderStatus.Rejected, Reason = RejectionReason.PaymentDeclined, Refunded = true, CustomerId = "another" }).Next(Sample.Noon.AddSeconds(1));
        Assert.True(await store.TryUpdateAsync(next, Cancellation));

        var (remembered, stored) = (await store.FindAsync(order.OrderId, Cancellation), await Open().FindAsync(order.OrderId, Cancellation));
        Assert.Equal((OrderStatus.Rejected, 2, order.CustomerId), (stored!.Status, stored.Version, stored.CustomerId));
        Assert.Equal(stored, remembered! with { Lines = stored.Lines });
        Assert.Equal(stored.Lines, remembered.Lines);
    }

    [Fact]
    public async Task Orders_evicted_from_the_cache_are_read_from_the_file()
    {
        var store = Open();
        var orders = Enumerable.Range(0, 6_000).Select(_ => Sample.Order()).ToList();
        await Task.WhenAll(orders.Select(order => store.InsertAsync(order, Cancellation)));
        foreach (var order in orders)
            Assert.Equal(order.OrderId, (await store.FindAsync(order.OrderId, Cancellation))?.OrderId);
    }

    [Fact]
    public async Task A_refused_update_does_not_change_the_cached_order()
    {
        var store = Open();
        var order = Sample.Order();
        await store.InsertAsync(order, Cancellation);
        Assert.True(await store.TryUpdateAsync((order with { Status = OrderStatus.Validated }).Next(Sample.Noon), Cancellation));
        Assert.False(await store.TryUpdateAsync((order with { Status = OrderStatus.Rejected }).Next(Sample.Noon), Cancellation));
        Assert.Equal(OrderStatus.Validated, (await store.FindAsync(order.OrderId, Cancellation))?.Status);
    }

    private SqliteOrderStore Open() => new(embedded.Database, new OrderChanges(TimeProvider.System));
}
