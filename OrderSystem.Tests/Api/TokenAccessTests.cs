using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core;
using OrderSystem.Tests.Core.InMemory;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

/// <summary>An API that runs on Kestrel validates tokens itself, by the same rules as API Gateway's authorizer.</summary>
public sealed class TokenAccessTests : IAsyncLifetime
{
    private readonly InMemoryOrderStore _orders = new();
    private TokenIssuer _issuer = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TokenIssuer.StartAsync();
        var inventory = new InMemoryInventory();
        await inventory.SetAsync("A1", 5, Cancellation);
        await _orders.InsertAsync(Sample.Order("other", "c-2"), Cancellation);
        _app = ApiFixture.Build(
            services => services.AddSingleton<IOrderStore>(_orders).AddSingleton<IInventory>(inventory).AddSingleton<IPaymentLedger>(new InMemoryPaymentLedger()),
            ("OrderSystem:JwtIssuer", _issuer.Issuer), ("OrderSystem:JwtAudiences", "orders,others"), ("OrderSystem:JwtOrderScopes", "order"), ("OrderSystem:JwtOperateScopes", "operate"));
        await _app.StartAsync(Cancellation);
        _client = _app.GetTestClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_has_the_access_of_its_scopes()
    {
        var customer = _issuer.Token("c-1", "order");
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(HttpMethod.Post, "/orders", customer));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(HttpMethod.Get, "/orders/other", customer));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Put, "/inventory/A1", customer));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, "/orders", _issuer.Token("c-2", "order")));
        var operating = _issuer.Token("op-1", "operate");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Put, "/inventory/A1", operating));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, "/orders/other", operating));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(HttpMethod.Post, "/orders", operating));
    }

    [Fact]
    public async Task A_token_without_an_audience_is_accepted_by_its_client_id() =>
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(HttpMethod.Post, "/orders", _issuer.Token("c-1", "order", claims =>
        {
            claims.Remove("aud");
            claims["client_id"] = "others";
        })));

    [Fact]
    public async Task An_invalid_token_returns_a_401_problem()
    {
        using var strangersKey = RSA.Create(2048);
        var past = TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeSeconds();
        string?[] tokens =
        [
            null,
            "nonsense",
            _issuer.Unsigned("c-1", "order"),
            _issuer.Token("c-1", "order", key: strangersKey),
            _issuer.Token("c-1", "order", claims => claims["exp"] = past),
            _issuer.Token("c-1", "order", claims => claims["aud"] = "another"),
            _issuer.Token("c-1", "order", claims => claims.Remove("aud")),
            _issuer.Token("c-1", "order", claims => claims["iss"] = "https://evil.example"),
            _issuer.Token("c-1", "order")[..^4] + "AAAA",
        ];
        foreach (var token in tokens)
        {
            using var response = await SendAsync(HttpMethod.Post, "/orders", token);
            await ProblemAsync(response, HttpStatusCode.Unauthorized);
            Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(1, _orders.Count);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/openapi/v1.json")]
    public async Task Health_and_API_reference_require_no_token(string path) => Assert.Equal(HttpStatusCode.OK, await StatusAsync(HttpMethod.Get, path, token: null));

    [Fact]
    public void An_issuer_without_an_audience_is_refused() =>
        Assert.Contains("JwtAudiences", Assert.Throws<InvalidOperationException>(() => ApiFixture.Build(_ => { }, ("OrderSystem:JwtIssuer", _issuer.Issuer))).Message, StringComparison.Ordinal);

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, string? token)
    {
        using var response = await SendAsync(method, path, token);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method != HttpMethod.Get)
        {
            var body = path == "/orders"
                ? """{"customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}"""
                : """{"available":7}""";
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return await _client.SendAsync(request, Cancellation);
    }
}
