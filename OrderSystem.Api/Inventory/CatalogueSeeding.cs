using OpenTelemetry;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Inventory;

/// <summary>
/// Sets the stock of a catalogue's products before the API starts to listen. Otherwise, orders that are accepted before
/// the stock is set would be rejected for lack of stock. Products that are already in the inventory keep their stock.
/// </summary>
internal sealed class CatalogueSeeding(string path, IInventory inventory, TimeProvider time, ILogger<CatalogueSeeding> logger) : IHostedService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>Seeds the stock. If the inventory is unavailable, retries until it is available.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Do not trace the seeding. Otherwise, each product would create a trace, and the trace of the first order
        // would be hard to find.
        using var untraced = SuppressInstrumentationScope.Begin();
        var added = 0;
        foreach (var item in await Catalogue.ReadAsync(path, cancellationToken))
            added += await RetryUntilAvailableAsync(() => AddAsync(item, cancellationToken), cancellationToken) ? 1 : 0;
        logger.CatalogueSeeded(path, added);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> AddAsync(CatalogueItem item, CancellationToken cancellationToken)
    {
        if (await inventory.FindAsync(item.Sku, cancellationToken) is not null)
            return false;
        await inventory.SetAsync(item.Sku, item.Available, cancellationToken);
        return true;
    }

    private async Task<bool> RetryUntilAvailableAsync(Func<Task<bool>> add, CancellationToken cancellationToken)
    {
        var hasLogged = false;
        while (true)
        {
            try
            {
                return await add();
            }
            catch (StoreUnavailableException error)
            {
                if (!hasLogged)
                    logger.WaitingForStore(error.Message);
                hasLogged = true;
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }
}

/// <summary>Registers <see cref="CatalogueSeeding"/>.</summary>
internal static class CatalogueSeedingExtensions
{
    /// <summary>
    /// Seeds the catalogue file named by the key <c>OrderSystem:Catalogue</c>. If the key is not set, no stock is seeded.
    /// </summary>
    public static IServiceCollection AddCatalogueSeeding(this IServiceCollection services, IConfiguration configuration) =>
        configuration["OrderSystem:Catalogue"] is { Length: > 0 } path
            ? services.AddSingleton<IHostedService>(provider => new CatalogueSeeding(
                path, provider.GetRequiredService<IInventory>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CatalogueSeeding>>()))
            : services;
}
