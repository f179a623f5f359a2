using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Api.Inventory;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Tests.Api;

public sealed class CatalogueSeedingTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    public CatalogueSeedingTests() => File.WriteAllText(_path, """[{"sku":"A1","available":100},{"sku":"B1","available":5}]""");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Seeding_adds_missing_articles_and_keeps_the_stock_of_existing_ones()
    {
        var inventory = new Stock { ["A1"] = 7 };
        await Seeding(inventory, TimeProvider.System).StartAsync(CancellationToken);
        Assert.Equal([("A1", 7), ("B1", 5)], inventory.Select(product => (product.Key, product.Value)).Order());
    }

    [Fact]
    public async Task Startup_waits_until_the_store_is_available()
    {
        var time = new FakeTimeProvider();
        var inventory = new Stock { IsAway = true };
        var seeding = Seeding(inventory, time).StartAsync(CancellationToken);
        Assert.False(seeding.IsCompleted);
        inventory.IsAway = false;
        time.Advance(TimeSpan.FromMilliseconds(100));
        await seeding;
        Assert.Equal(100, inventory["A1"]);
    }

    [Fact]
    public async Task Cancelling_the_startup_ends_the_wait()
    {
        using var stop = new CancellationTokenSource();
        var seeding = Seeding(new Stock { IsAway = true }, new FakeTimeProvider()).StartAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => seeding);
    }

    private CatalogueSeeding Seeding(Stock inventory, TimeProvider time) => new(_path, inventory, time, NullLogger<CatalogueSeeding>.Instance);

    private sealed class Stock : Dictionary<string, int>, IInventory
    {
        public bool IsAway { get; set; }

        public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => IsAway
            ? throw new StoreUnavailableException("unavailable", new TimeoutException())
            : Task.FromResult(TryGetValue(sku, out var available) ? new StockLevel(sku, available, DateTimeOffset.UnixEpoch) : null);

        public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken)
        {
            this[sku] = available;
            return Task.FromResult(new StockLevel(sku, available, DateTimeOffset.UnixEpoch));
        }

        public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
