using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>What every inventory promises. An adapter inherits it.</summary>
public abstract class InventoryContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IInventory Inventory { get; }

    [Fact]
    public async Task Stock_is_what_it_was_set_to()
    {
        var sku = await StockAsync(5);
        Assert.Equal(5, await AvailableAsync(sku));
        await Inventory.SetAsync(sku, 0, Cancellation);
        Assert.Equal(0, await AvailableAsync(sku));
    }

    [Fact]
    public async Task An_unknown_article_is_null() => Assert.Null(await Inventory.FindAsync(Sample.Id("s"), Cancellation));

    [Fact]
    public async Task Negative_stock_cannot_be_set() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Inventory.SetAsync(Sample.Id("s"), -1, Cancellation));

    [Fact]
    public async Task A_reservation_takes_every_line_once_however_often_it_is_asked_for()
    {
        var (a, b, orderId) = (await StockAsync(5), await StockAsync(2), Sample.Id());
        for (var i = 0; i < 3; i++)
            Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, [Line(a, 3), Line(b, 2)], Cancellation));
        Assert.Equal(2, await AvailableAsync(a));
        Assert.Equal(0, await AvailableAsync(b));
    }

    [Fact]
    public async Task Where_one_line_is_short_nothing_is_taken()
    {
        var (a, b) = (await StockAsync(5), await StockAsync(1));
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(Sample.Id(), [Line(a, 3), Line(b, 2)], Cancellation));
        Assert.Equal(5, await AvailableAsync(a));
        Assert.Equal(1, await AvailableAsync(b));
    }

    [Fact]
    public async Task An_unknown_article_is_short() =>
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(Sample.Id(), [Line(Sample.Id("s"), 1)], Cancellation));

    [Fact]
    public async Task A_reservation_repeated_with_other_lines_is_the_first_all_the_same()
    {
        var (a, b, orderId) = (await StockAsync(5), await StockAsync(5), Sample.Id());
        await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation);
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, [Line(a, 1), Line(b, 100)], Cancellation));
        Assert.Equal([2, 5], await AvailableAsync([a, b]));
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal([5, 5], await AvailableAsync([a, b]));
    }

    [Fact]
    public async Task A_refusal_stands_when_stock_comes_in_later()
    {
        var (a, orderId) = (await StockAsync(1), Sample.Id());
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(orderId, [Line(a, 2)], Cancellation));
        await Inventory.SetAsync(a, 10, Cancellation);
        Assert.Equal(Reservation.InsufficientStock, await Inventory.ReserveAsync(orderId, [Line(a, 2)], Cancellation));
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal(10, await AvailableAsync(a));
    }

    [Fact]
    public async Task A_release_gives_back_once_however_often_it_is_called()
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
    public async Task A_release_before_the_reservation_shuts_it_out()
    {
        var (a, orderId) = (await StockAsync(5), Sample.Id());
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.Equal(Reservation.Released, await Inventory.ReserveAsync(orderId, [Line(a, 3)], Cancellation));
        Assert.Equal(5, await AvailableAsync(a));
    }

    [Fact]
    public async Task Setting_stock_does_not_touch_what_is_held()
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
    public async Task The_same_reservation_from_several_processes_takes_stock_once()
    {
        var (a, orderId) = (await StockAsync(10), Sample.Id());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RetryAsync(() => Inventory.ReserveAsync(orderId, [Line(a, 4)], Cancellation))));
        Assert.All(outcomes, outcome => Assert.Equal(Reservation.Held, outcome));
        Assert.Equal(6, await AvailableAsync(a));
    }

    [Fact]
    public async Task Several_releases_at_once_give_back_once()
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
    public async Task Release_and_reservation_at_once_end_with_nothing_held()
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
    public async Task An_order_with_the_most_lines_is_held_and_released_whole(int count)
    {
        var (skus, orderId) = (await StockAsync(count, each: 3), Sample.Id());
        var lines = skus.Select(sku => Line(sku, 2)).ToArray();
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(orderId, lines, Cancellation));
        Assert.All(await AvailableAsync(skus), available => Assert.Equal(1, available));
        await Inventory.ReleaseAsync(orderId, Cancellation);
        Assert.All(await AvailableAsync(skus), available => Assert.Equal(3, available));
    }

    [Fact]
    public async Task An_order_with_the_most_lines_whose_last_is_short_leaves_nothing_taken()
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
    public async Task Articles_are_told_apart_by_case_and_by_script()
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
    public async Task The_highest_stock_is_kept_exactly()
    {
        var a = await StockAsync(IInventory.MaximumAvailable);
        Assert.Equal(IInventory.MaximumAvailable, await AvailableAsync(a));
        Assert.Equal(Reservation.Held, await Inventory.ReserveAsync(Sample.Id(), [Line(a, 1)], Cancellation));
        Assert.Equal(IInventory.MaximumAvailable - 1, await AvailableAsync(a));
    }

    private static OrderLine Line(string sku, int quantity) => new(sku, quantity, 1m);

    // A busy store may ask for a repeat; the workflow would give it.
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
