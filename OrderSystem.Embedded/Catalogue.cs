using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.Core.Inventory;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Embedded;

/// <summary>The stock that a new database starts with.</summary>
internal static class Catalogue
{
    /// <summary>Puts all of it in where there is no stock at all: whoever is killed on the way leaves all or nothing.</summary>
    /// <exception cref="Core.Orders.StoreUnavailableException">The disk or the file refused it.</exception>
    public static async Task SeedAsync(string path, EmbeddedDatabase database, IInventory inventory, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) || database.Read(session => session.First("SELECT 1 FROM stock LIMIT 1", row => row.GetInt32(0))) == 1)
            return;
        await using var file = File.OpenRead(path);
        var items = await JsonSerializer.DeserializeAsync(file, CatalogueJson.Default.CatalogueItemArray, cancellationToken) ?? [];
        await database.TogetherAsync(() => Task.WhenAll(items.Select(item => inventory.SetAsync(item.Sku, item.Available, cancellationToken))), cancellationToken);
    }
}

internal sealed record CatalogueItem(string Sku, int Available);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CatalogueItem[]))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
