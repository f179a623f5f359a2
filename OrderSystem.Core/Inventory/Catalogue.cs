using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.Core.Inventory;

/// <summary>The articles that a new system starts with, from a file of <c>[{"sku":"A1","available":100}]</c>.</summary>
public static class Catalogue
{
    /// <summary>Reads a catalogue.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="JsonException">The file is not a catalogue.</exception>
    public static async Task<IReadOnlyList<CatalogueItem>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(file, CatalogueJson.Default.CatalogueItemArray, cancellationToken) ?? [];
    }
}

/// <summary>An article of a catalogue.</summary>
/// <param name="Sku">The article.</param>
/// <param name="Available">How many can be ordered at first.</param>
public sealed record CatalogueItem(string Sku, int Available);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CatalogueItem[]))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
