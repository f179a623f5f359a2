using System.Net;
using OrderSystem.AppHost;

namespace OrderSystem.Tests.AppHost;

public sealed class CatalogueTests
{
    [Fact]
    public async Task Sets_only_the_stock_that_is_not_known_yet()
    {
        using var api = new Inventory(known: "A1");
        using var client = new HttpClient(api) { BaseAddress = new Uri("http://api.test") };
        var added = await Catalogue.SeedAsync(client, TestContext.Current.CancellationToken);
        Assert.True(added > 0);
        Assert.Equal(added, api.Set.Count);
        Assert.DoesNotContain("/inventory/A1", api.Set);
        Assert.Contains("/inventory/SOLD-OUT", api.Set);
    }

    [Fact]
    public async Task Fails_when_the_api_refuses()
    {
        using var api = new Inventory(known: "", refuses: true);
        using var client = new HttpClient(api) { BaseAddress = new Uri("http://api.test") };
        await Assert.ThrowsAsync<HttpRequestException>(() => Catalogue.SeedAsync(client, TestContext.Current.CancellationToken));
    }

    private sealed class Inventory(string known, bool refuses = false) : HttpMessageHandler
    {
        public List<string> Set { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (request.Method == HttpMethod.Get)
                return Task.FromResult(new HttpResponseMessage(path == $"/inventory/{known}" ? HttpStatusCode.OK : HttpStatusCode.NotFound));
            Set.Add(path);
            return Task.FromResult(new HttpResponseMessage(refuses ? HttpStatusCode.BadRequest : HttpStatusCode.OK));
        }
    }
}
