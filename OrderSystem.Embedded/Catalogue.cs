using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.Core.Inventory;

namespace OrderSystem.Embedded;

/// <summary>The stock that a new database starts with.</summary>
internal static class Catalogue
{
    public static async Task SeedAsync(string path, IInventory inventory, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return;
        await using var file = File.OpenRead(path);
        foreach (var item in await JsonSerializer.DeserializeAsync(file, CatalogueJson.Default.CatalogueItemArray, cancellationToken) ?? [])
            await inventory.SetAsync(item.Sku, item.Available, cancellationToken);
    }
}

internal sealed record CatalogueItem(string Sku, int Available);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CatalogueItem[]))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
