using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every <see cref="IInventory"/> must pass. The test class of each adapter inherits from this class.
/// </summary>
public abstract class InventoryContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IInventory Inventory { get; }

    [Fact]
    public async Task Stock_can_be_set_and_read_back()
    {
        var sku = await StockAsync(5);
        Assert.Equal(5, await AvailableAsync(sku));
        await Inventory.SetAsync(sku, 0, Cancellation);
        Assert.Equal(0, await AvailableAsync(sku));
    }

    [Fact]
    public async Task Find_returns_null_for_an_unknown_article() => Assert.Null(await Inventory.FindAsync(Sample.Id("s"), Cancellation));

    [Fact]
    public async Task Negative_stock_cannot_be_set() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Inventory.SetAsync(Sample.Id("s"), -1, Cancellation));

    [Fact]
    public async Task A_repeated_reservation_takes_stock_once()
    {
        var (a, b, orderId) = (await StockAsync(5), await StockAsync(2), Sample.Id());
        for (var i = 0; i < 3; i++)
            Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, [Line(a, 3), Line(b, 2)], Cancellation));
        Assert.Equal(2, await AvailableAsync(a));
        Assert.Equal(0, await AvailableAsync(b));
    }

    [Fact]
    public async Task If_one_line_is_short_no_stock_is_taken()
    {
        var (a, b) = (await StockAsync(5), await StockAsync(1));
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(Sample.Id(), [Line(a, 3), Line(b, 2)], Cancellation));
        Assert.Equal(5, await AvailableAsync(a));
        Assert.Equal(1, await AvailableAsync(b));
    }

    [Fact]
    public async Task An_unknown_article_has_insufficient_stock() =>
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(Sample.Id(), [Line(Sample.Id("s"), 1)], Cancellation));

    [Fact]
    public async Task A_reservation_repeated_with_other_lines_keeps_the_first_lines()
    {
        var (a, b, orderId) = (await StockAsync(5), await StockAsync(5), Sample.Id());
        await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation);
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, [Line(a, 1), Line(b, 100)], Cancellation));
        Assert.Equal([2, 5], await AvailableAsync([a, b]));
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal([5, 5], await AvailableAsync([a, b]));
    }

    [Fact]
    public async Task A_refused_reservation_stays_refused_after_stock_arrives()
    {
        var (a, orderId) = (await StockAsync(1), Sample.Id());
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(orderId, [Line(a, 2)], Cancellation));
        await Inventory.SetAsync(a, 10, Cancellation);
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(orderId, [Line(a, 2)], Cancellation));
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal(10, await AvailableAsync(a));
    }

    [Fact]
    public async Task A_repeated_release_returns_stock_once()
    {
        var (a, orderId) = (await StockAsync(5), Sample.Id());
        await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation);
        for (var i = 0; i < 3; i++)
            await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal(5, await AvailableAsync(a));
        Assert.Equal(Reservation.Released, await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation));
        Assert.Equal(5, await AvailableAsync(a));
    }

    [Fact]
    public async Task A_release_before_the_reservation_prevents_it()
    {
        var (a, orderId) = (await StockAsync(5), Sample.Id());
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal(Reservation.Released, await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation));
        Assert.Equal(5, await AvailableAsync(a));
    }

    [Fact]
    public async Task Setting_stock_does_not_change_reservations()
    {
        var (a, orderId) = (await StockAsync(5), Sample.Id());
        await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation);
        await Inventory.SetAsync(a, 7, Cancellation);
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal(10, await AvailableAsync(a));
    }

    [Fact]
    public async Task Concurrent_orders_share_stock_without_going_below_zero()
    {
        var a = await StockAsync(10);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => RetryAsync(() => Inventory.ReserveAsync(Sample.Id(), [Line(a, 1)], Cancellation))));
        Assert.Equal(10, outcomes.Count(outcome => outcome == Reservation.Held));
        Assert.Equal(6, outcomes.Count(outcome => outcome == Reservation.InsufficientStock));
        Assert.Equal(0, await AvailableAsync(a));
    }

    [Fact]
    public async Task Concurrent_identical_reservations_take_stock_once()
    {
        var (a, orderId) = (await StockAsync(10), Sample.Id());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RetryAsync(() => Inventory.ReserveAsync(orderId, [Line(a, 4)], Cancellation))));
        Assert.All(outcomes, outcome => Assert.Equal(Reservation.Held, outcome));
        Assert.Equal(6, await AvailableAsync(a));
    }

    [Fact]
    public async Task Concurrent_releases_return_stock_once()
    {
        var (a, orderId) = (await StockAsync(5), Sample.Id());
        await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RetryAsync(async () =>
        {
            await Inventory.ReleaseAsync(orderId, Cancellation);
            return true;
        })));
        Assert.Equal(5, await AvailableAsync(a));
    }

    [Fact]
    public async Task A_concurrent_release_and_reservation_leave_no_stock_reserved()
    {
        for (var round = 0; round < 10; round++)
        {
            var (a, orderId) = (await StockAsync(5), Sample.Id());
            var release = RetryAsync(async () =>
            {
                await Inventory.ReleaseAsync(orderId, Cancellation);
                return true;
            });
            var reserve = RetryAsync(() => Inventory.ReserveAsync(orderId, [Line(a, 2)], Cancellation));
            await Task.WhenAll(release, reserve);
            Assert.Equal(5, await AvailableAsync(a));
        }
    }

    [Theory]
    [InlineData(99)]
    [InlineData(100)]
    public async Task The_largest_order_is_reserved_and_released_completely(int count)
    {
        var (skus, orderId) = (await StockAsync(count, each: 3), Sample.Id());
        var lines = skus.Select(sku => Line(sku, 2)).ToArray();
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, lines, Cancellation));
        Assert.All(await AvailableAsync(skus), available => Assert.Equal(1, available));
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.All(await AvailableAsync(skus), available => Assert.Equal(3, available));
    }

    [Fact]
    public async Task If_the_last_line_of_the_largest_order_is_short_no_stock_is_taken()
    {
        var (skus, orderId) = (await StockAsync(100, each: 3), Sample.Id());
        await Inventory.SetAsync(skus[99], 1, Cancellation);
        var lines = skus.Select(sku => Line(sku, 2)).ToArray();
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(orderId, lines, Cancellation));
        Assert.All(await AvailableAsync(skus[..99]), available => Assert.Equal(3, available));
        Assert.Equal(1, await AvailableAsync(skus[99]));
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(orderId, lines, Cancellation));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_takes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        var (a, orderId) = (await StockAsync(5), Sample.Id());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Inventory.ReserveAsync(orderId, [Line(a, 1)], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Inventory.ReleaseAsync(orderId, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Inventory.SetAsync(a, 9, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Inventory.FindAsync(a, cancelled));
        Assert.Equal(5, await AvailableAsync(a));
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, [Line(a, 1)], Cancellation));
    }

    [Fact]
    public async Task Skus_differ_by_case_and_by_script()
    {
        var stem = Sample.Id("s");
        string[] skus = [stem + "a", stem + "A", stem + "ä", stem + "a\u0308", stem + "商品🛒"];
        for (var i = 0; i < skus.Length; i++)
            await Inventory.SetAsync(skus[i], 10 + i, Cancellation);
        Assert.Equal([10, 11, 12, 13, 14], await AvailableAsync(skus));
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(Sample.Id(), [.. skus.Select(sku => Line(sku, 1))], Cancellation));
        Assert.Equal([9, 10, 11, 12, 13], await AvailableAsync(skus));
    }

    [Fact]
    public async Task The_maximum_stock_is_stored_exactly()
    {
        var a = await StockAsync(IInventory.MaximumAvailable);
        Assert.Equal(IInventory.MaximumAvailable, await AvailableAsync(a));
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(Sample.Id(), [Line(a, 1)], Cancellation));
        Assert.Equal(IInventory.MaximumAvailable - 1, await AvailableAsync(a));
    }

    private static OrderLine Line(string sku, int quantity) => new(sku, quantity, 1m);

    // Like the workflow, retry a call that fails because the store is busy.
    private static async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (StoreUnavailableException) when (tries < 20)
            {
            }
        }
    }

    private async Task<string> StockAsync(int available)
    {
        var sku = Sample.Id("s");
        await Inventory.SetAsync(sku, available, Cancellation);
        return sku;
    }

    private async Task<string[]> StockAsync(int count, int each)
    {
        var skus = Enumerable.Range(0, count).Select(_ => Sample.Id("s")).ToArray();
        foreach (var sku in skus)
            await Inventory.SetAsync(sku, each, Cancellation);
        return skus;
    }

    private async Task<int> AvailableAsync(string sku) => (await Inventory.FindAsync(sku, Cancellation))!.Available;

    private async Task<IReadOnlyList<int>> AvailableAsync(IEnumerable<string> skus)
    {
        var available = new List<int>();
        foreach (var sku in skus)
            available.Add(await AvailableAsync(sku));
        return available;
    }
}
