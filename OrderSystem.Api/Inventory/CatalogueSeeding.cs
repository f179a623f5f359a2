using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;

namespace OrderSystem.Api.Inventory;

/// <summary>
/// Sets the stock of a catalogue before the API listens: an order that was accepted earlier would be rejected for want of
/// stock. Articles that the store knows keep their stock.
/// </summary>
internal sealed class CatalogueSeeding(string path, IInventory inventory, TimeProvider time, ILogger<CatalogueSeeding> logger) : IHostedService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>Seeds; waits as long as the store is not there yet.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var added = 0;
        foreach (var item in await Catalogue.ReadAsync(path, cancellationToken))
            added += await UntilTheStoreAnswersAsync(() => AddAsync(item, cancellationToken), cancellationToken) ? 1 : 0;
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

    private async Task<bool> UntilTheStoreAnswersAsync(Func<Task<bool>> add, CancellationToken cancellationToken)
    {
        var told = false;
        while (true)
        {
            try
            {
                return await add();
            }
            catch (StoreUnavailableException error)
            {
                if (!told)
                    logger.WaitingForStore(error.Message);
                told = true;
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }
}

/// <summary>Registers the seeding.</summary>
internal static class CatalogueSeedingExtensions
{
    /// <summary>Seeds the catalogue that the key <c>OrderSystem:Catalogue</c> names; without the key, stock is what the store has.</summary>
    public static IServiceCollection AddCatalogueSeeding(this IServiceCollection services, IConfiguration configuration) =>
        configuration["OrderSystem:Catalogue"] is { Length: > 0 } path
            ? services.AddSingleton<IHostedService>(provider => new CatalogueSeeding(
                path, provider.GetRequiredService<IInventory>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CatalogueSeeding>>()))
            : services;
}
