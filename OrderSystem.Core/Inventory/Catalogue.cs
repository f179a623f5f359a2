using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.Core.Inventory;

/// <summary>Reads the initial products of a new system from a JSON file such as <c>[{"sku":"A1","available":100}]</c>.</summary>
public static class Catalogue
{
    /// <summary>Reads a catalogue file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="JsonException">The file is not a JSON array of products.</exception>
    public static async Task<IReadOnlyList<CatalogueItem>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(file, CatalogueJson.Default.CatalogueItemArray, cancellationToken) ?? [];
    }
}

/// <summary>A product in a catalogue.</summary>
/// <param name="Sku">The product's id.</param>
/// <param name="Available">The initial stock, in units.</param>
public sealed record CatalogueItem(string Sku, int Available);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CatalogueItem[]))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
