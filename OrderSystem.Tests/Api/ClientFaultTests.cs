using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Api;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Api;

/// <summary>Sends malformed HTTP requests to a real Kestrel server.</summary>
public sealed class ClientFaultTests : IAsyncLifetime
{
    private const string Valid = """{"orderId":"o-1","customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}""";

    private readonly InMemoryOrderStore _orders = new();
    private WebApplication? _app;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    private Uri Address => new(_app!.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.AddOrderApi();
        builder.Services
            .AddSingleton<IOrderStore>(_orders)
            .AddSingleton<IInventory>(new InMemoryInventory())
            .AddSingleton<IPaymentLedger>(new InMemoryPaymentLedger());
        _app = builder.Build();
        _app.UseOrderApi();
        await _app.StartAsync(CancellationToken);
    }

    public ValueTask DisposeAsync() => _app!.DisposeAsync();

    [Theory]
    [InlineData("POST", "/orders")]
    [InlineData("PUT", "/inventory/A1")]
    public async Task An_invalid_chunk_size_returns_400(string method, string path)
    {
        foreach (var size in new[] { "ffffffffffffffff", new string('f', 300), "7fffffff1", "-1", "xyz" })
        {
            var response = await RawRequest.SendAsync(
                Address, $"{method} {path} HTTP/1.1\nHost: {Address.Authority}\nConnection: close\nContent-Type: "
                    + $"application/json\nTransfer-Encoding: chunked\n\n{size}\n{{}}\n0\n\n", CancellationToken);
            Assert.StartsWith("HTTP/1.1 400", response, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(5000)]
    [InlineData(20_000)]
    public async Task A_long_tracestate_is_truncated_to_512_characters(int length)
    {
        var state = string.Join(',', Enumerable.Range(0, length / 8).Select(i => $"k{i:0000}=1"));
        await PlaceAsync(state);
        var stored = (await _orders.FindAsync("o-1", CancellationToken))!;
        Assert.InRange(stored.TraceState?.Length ?? 0, 0, 512);
    }

    [Fact]
    public async Task Non_ASCII_entries_of_a_tracestate_are_not_stored()
    {
        await PlaceAsync("a=1,b=é");
        Assert.True(Ascii.IsValid((await _orders.FindAsync("o-1", CancellationToken))!.TraceState ?? ""));
    }

    private async Task PlaceAsync(string traceState)
    {
        var request = $"POST /orders HTTP/1.1\nHost: {Address.Authority}\nConnection: close\nContent-Type: application/json\ntraceparent: "
            + $"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\ntracestate: {traceState}\nContent-Length: {Valid.Length}\n\n{Valid}";
        Assert.StartsWith("HTTP/1.1 201", await RawRequest.SendAsync(Address, request, CancellationToken), StringComparison.Ordinal);
    }
}
