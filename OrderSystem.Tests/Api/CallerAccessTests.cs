using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Lambda.HttpApi;
using OrderSystem.Tests.Core;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Api;

/// <summary>Tests the access rights of callers that API Gateway's authorizer has identified.</summary>
public sealed class CallerAccessTests : IAsyncLifetime
{
    private readonly InMemoryOrderStore _orders = new();
    private readonly InMemoryPaymentLedger _ledger = new();
    private readonly InMemoryInventory _inventory = new();
    private WebApplication? _app;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _orders.InsertAsync(Sample.Order("own", "c-1"), Cancellation);
        await _orders.InsertAsync(Sample.Order("other", "c-2"), Cancellation);
        await _ledger.BeginChargeAsync("own", 1m, "EUR", Cancellation);
        await _ledger.BeginChargeAsync("other", 1m, "EUR", Cancellation);
        await _inventory.SetAsync("A1", 5, Cancellation);
        await StartAsync(("OrderSystem:JwtOrderScopes", "shop/order, shop/buy"), ("OrderSystem:JwtOperateScopes", "shop/operate"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    /// <summary>
    /// The expected status for each kind of caller: n is anonymous, c is the customer c-1, o is an operator, b is both a
    /// customer and an operator, and i is an IAM principal.
    /// </summary>
    [Theory]
    [InlineData("POST /orders c-1", "n401 c201 o403 b201 i201")]
    [InlineData("POST /orders c-2", "n401 c403 o403 b403 i201")]
    [InlineData("GET /orders/own", "n401 c200 o200 b200 i200")]
    [InlineData("GET /orders/other", "n401 c404 o200 b200 i200")]
    [InlineData("GET /orders/none", "n401 c404 o404 b404 i404")]
    [InlineData("GET /orders/own/payments", "n401 c200 o200 b200 i200")]
    [InlineData("GET /orders/other/payments", "n401 c404 o200 b200 i200")]
    [InlineData("GET /orders?customerId=c-1", "n401 c200 o200 b200 i200")]
    [InlineData("GET /orders?customerId=c-1&status=Pending", "n401 c200 o200 b200 i200")]
    [InlineData("GET /orders?customerId=c-2", "n401 c403 o200 b200 i200")]
    [InlineData("GET /orders?status=Pending", "n401 c403 o200 b200 i200")]
    [InlineData("GET /inventory/A1", "n401 c403 o200 b200 i200")]
    [InlineData("PUT /inventory/A1", "n401 c403 o200 b200 i200")]
    [InlineData("GET /health", "n200 c200 o200 b200 i200")]
    [InlineData("GET /nowhere", "n404 c404 o404 b404 i404")]
    public async Task Each_caller_has_the_access_of_its_scopes(string request, string expected)
    {
        foreach (var (caller, status) in expected.Split(' ').Select(pair => (pair[..1], int.Parse(pair.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture))))
        {
            var authorizer = caller switch
            {
                "n" => null,
                "c" => Token("c-1", "shop/order"),
                "o" => Token("op-1", "other shop/operate"),
                "b" => Token("c-1", "shop/buy shop/operate"),
                _ => new HttpApiAuthorizer { Iam = new HttpApiIam { UserArn = "arn:aws:iam::123456789012:user/ops" } },
            };
            var response = await SendAsync(request, authorizer);
            Assert.True(status == response.StatusCode, $"{request} by {caller} returned {response.StatusCode} instead of {status}: {response.Body}");
            if (status is 401 or 403)
                Assert.Equal((status, "application/problem+json"), ((int)JsonNode.Parse(response.Body!)!["status"]!, response.Headers!["Content-Type"]));
        }
    }

    [Theory]
    [InlineData("PUT /inventory/A1")]
    [InlineData("POST /orders c-2")]
    public async Task A_refused_request_changes_nothing(string request)
    {
        var response = await SendAsync(request, Token("c-1", "shop/order"));
        Assert.Equal(403, response.StatusCode);
        Assert.Equal(2, _orders.Count);
        Assert.Equal(5, (await _inventory.FindAsync("A1", Cancellation))!.Available);
    }

    [Theory]
    [InlineData("[shop/order other]")]
    [InlineData("shop/order")]
    public async Task Scopes_are_read_in_API_Gateways_flattened_form(string scopes)
    {
        var authorizer = Token("c-1", "", claims => claims["scp"] = scopes);
        Assert.Equal(200, (await SendAsync("GET /orders/own", authorizer)).StatusCode);
        Assert.Equal(403, (await SendAsync("PUT /inventory/A1", authorizer)).StatusCode);
    }

    [Fact]
    public async Task Without_configured_scopes_a_token_may_order_but_not_operate()
    {
        await DisposeAsync();
        await StartAsync();
        var authorizer = Token("c-1", "anything");
        Assert.Equal(201, (await SendAsync("POST /orders c-1", authorizer)).StatusCode);
        Assert.Equal(403, (await SendAsync("POST /orders c-2", authorizer)).StatusCode);
        Assert.Equal(403, (await SendAsync("PUT /inventory/A1", authorizer)).StatusCode);
        Assert.Equal(403, (await SendAsync("GET /orders?status=Pending", authorizer)).StatusCode);
    }

    [Fact]
    public async Task The_customer_claim_is_configurable()
    {
        await DisposeAsync();
        await StartAsync(("OrderSystem:JwtCustomerClaim", "https://shop.example/customer"));
        var authorizer = Token("user-7", "", claims => claims["https://shop.example/customer"] = "c-1");
        Assert.Equal(200, (await SendAsync("GET /orders/own", authorizer)).StatusCode);
        Assert.Equal(404, (await SendAsync("GET /orders/own", Token("c-1", ""))).StatusCode);
        Assert.Equal(403, (await SendAsync("POST /orders c-1", Token("c-1", ""))).StatusCode);
    }

    [Fact]
    public async Task The_span_and_the_log_name_the_caller()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var logger = new RecordingLogger();
        await DisposeAsync();
        _app = Build(services => services.AddSingleton<ILoggerProvider>(new Provider(logger)));
        await _app.StartAsync(Cancellation);
        await SendAsync("PUT /inventory/A1", Token("c-of-this-test", "shop/order"));
        Assert.Contains(logger.Entries, entry => entry.Message == "Request PUT /inventory/A1 by caller c-of-this-test returned status 403");
        Assert.Contains(spans, span => (string?)span.GetTagItem("enduser.id") == "c-of-this-test");
    }

    private static HttpApiAuthorizer Token(string subject, string scope, Action<Dictionary<string, string>>? more = null)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal) { ["iss"] = "https://issuer.example", ["sub"] = subject, ["scope"] = scope, ["exp"] = "1795518900" };
        more?.Invoke(claims);
        return new HttpApiAuthorizer { Jwt = new HttpApiJwt { Claims = claims.ToDictionary(claim => claim.Key, claim => JsonSerializer.SerializeToElement(claim.Value), StringComparer.Ordinal) } };
    }

    private static HttpApiRequest Request(string request, HttpApiAuthorizer? authorizer)
    {
        var parts = request.Split(' ');
        var (path, query) = (parts[1].Split('?')[0], parts[1].Contains('?', StringComparison.Ordinal) ? parts[1].Split('?')[1] : "");
        var body = parts[0] switch
        {
            "POST" => $$$"""{"customerId":"{{{parts[2]}}}","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}""",
            "PUT" => """{"available":7}""",
            _ => null,
        };
        return new HttpApiRequest
        {
            RawPath = path,
            RawQueryString = query,
            Body = body,
            Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
            RequestContext = new() { Authorizer = authorizer, Http = new() { Method = parts[0] } },
        };
    }

    private Task<HttpApiResponse> SendAsync(string request, HttpApiAuthorizer? authorizer) =>
        _app!.Services.GetRequiredService<HttpApiServer>().InvokeAsync(Request(request, authorizer), Cancellation);

    private async Task StartAsync(params (string Key, string Value)[] settings)
    {
        _app = Build(_ => { }, settings);
        await _app.StartAsync(Cancellation);
    }

    private WebApplication Build(Action<IServiceCollection> configure, params (string Key, string Value)[] settings) => ApiFixture.Build(
        services => configure(services.AddSingleton<IOrderStore>(_orders).AddSingleton<IInventory>(_inventory).AddSingleton<IPaymentLedger>(_ledger)),
        [("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1"), ("_HANDLER", "Api"), .. settings]);

    private sealed class Provider(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
