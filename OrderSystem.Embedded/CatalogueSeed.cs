using OrderSystem.Core.Inventory;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Embedded;

/// <summary>Seeds a new database with the stock levels in a catalogue file.</summary>
internal static class CatalogueSeed
{
    /// <summary>
    /// Writes the stock levels in one transaction, so that a crash leaves either all of them or none. Does nothing if the
    /// database already contains stock or the catalogue file does not exist.
    /// </summary>
    /// <exception cref="Core.Orders.StoreUnavailableException">The stock levels could not be written to the database.</exception>
    public static async Task PlantAsync(string path, EmbeddedDatabase database, IInventory inventory, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) || database.Read(session => session.First("SELECT 1 FROM stock LIMIT 1", row => row.GetInt32(0))) == 1)
            return;
        var items = await Catalogue.ReadAsync(path, cancellationToken);
        await database.TogetherAsync(() => Task.WhenAll(items.Select(item => inventory.SetAsync(item.Sku, item.Available, cancellationToken))), cancellationToken);
    }
}
