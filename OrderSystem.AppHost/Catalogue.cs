using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrderSystem.AppHost;

/// <summary>The stock that a fresh pipeline starts with, from <c>catalogue.json</c>.</summary>
public static class Catalogue
{
    /// <summary>Sets the stock of each item that the API doesn't know yet; what is known keeps its stock.</summary>
    /// <param name="api">A client whose base address is the API.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many items were added.</returns>
    /// <exception cref="HttpRequestException">The API refused an item or can't be reached.</exception>
    public static async Task<int> SeedAsync(HttpClient api, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "catalogue.json"));
        var items = await JsonSerializer.DeserializeAsync(file, CatalogueJson.Default.IReadOnlyListCatalogueItem, cancellationToken) ?? [];
        var added = 0;
        foreach (var item in items)
        {
            var address = new Uri($"/inventory/{Uri.EscapeDataString(item.Sku)}", UriKind.Relative);
            using var known = await api.GetAsync(address, cancellationToken);
            if (known.StatusCode != HttpStatusCode.NotFound)
                continue;
            using var set = await api.PutAsJsonAsync(address, new Stock(item.Available), CatalogueJson.Default.Stock, cancellationToken);
            set.EnsureSuccessStatusCode();
            added++;
        }

        return added;
    }
}

internal sealed record CatalogueItem(string Sku, int Available);

internal sealed record Stock(int Available);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<CatalogueItem>))]
[JsonSerializable(typeof(Stock))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
