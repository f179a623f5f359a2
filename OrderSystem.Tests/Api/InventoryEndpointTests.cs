using System.Net;
using OrderSystem.Tests.Core;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

public class InventoryEndpointTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stock_can_be_set_and_read()
    {
        var sku = Sample.Id("s");
        using var set = await api.Client.PutAsync($"/inventory/{sku}", Json("""{"available":7}"""), Cancellation);
        Assert.Equal(7, (int?)(await ReadAsync(set, HttpStatusCode.OK))["available"]);
        using var shown = await api.Client.GetAsync($"/inventory/{sku}", Cancellation);
        Assert.Equal(7, (int?)(await ReadAsync(shown, HttpStatusCode.OK))["available"]);
    }

    [Theory]
    [InlineData("""{"available":-1}""")]
    [InlineData("""{"available":1.5}""")]
    [InlineData("""{"available":1000000001}""")]
    [InlineData("""{"available":1e400}""")]
    [InlineData("""{"available":"7"}""")]
    [InlineData("""{"available":7,"available":8}""")]
    [InlineData("""{"available":7,"more":1}""")]
    [InlineData("""{"available":NaN}""")]
    [InlineData("{}")]
    [InlineData("7")]
    [InlineData("")]
    public async Task Invalid_stock_is_refused_and_not_written(string json)
    {
        var sku = Sample.Id("s");
        using var response = await api.Client.PutAsync($"/inventory/{sku}", Json(json), Cancellation);
        Assert.NotNull((await ProblemAsync(response, HttpStatusCode.BadRequest))["errors"]);
        Assert.Null(await api.Inventory.FindAsync(sku, Cancellation));
    }

    [Fact]
    public async Task An_invalid_sku_is_refused()
    {
        using var response = await api.Client.PutAsync("/inventory/a%20b", Json("""{"available":7}"""), Cancellation);
        Assert.NotNull((await ProblemAsync(response, HttpStatusCode.BadRequest))["errors"]!["sku"]);
    }
}
