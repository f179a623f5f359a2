using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core.InMemory;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

/// <summary>An API that runs on Kestrel refuses requests from web pages of other origins.</summary>
public sealed class ApiAccessTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Valid = """{"orderId":"o-1","customerId":"c-1","currency":"EUR","lines":[{"sku":"A1","quantity":2,"unitPrice":9.95}],"payment":{"token":"tok_ok"}}""";

    [Theory]
    [InlineData("GET", "/orders/o-1")]
    [InlineData("POST", "/orders")]
    [InlineData("PUT", "/inventory/A1")]
    [InlineData("GET", "/health")]
    public async Task A_rebound_host_name_is_refused_with_a_problem(string method, string path)
    {
        using var response = await SendAsync(api.Client, method, path, "Host: evil.example");
        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest);
        Assert.Contains("The host name evil.example is not allowed", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(0, api.Orders.Count);
    }

    [Theory]
    [InlineData("POST", "/orders", "Origin: https://evil.example")]
    [InlineData("POST", "/orders", "Sec-Fetch-Site: cross-site")]
    [InlineData("POST", "/orders", "Sec-Fetch-Site: same-site")]
    [InlineData("PUT", "/inventory/A1", "Origin: http://localhost:3000")]
    [InlineData("POST", "/dead-letters/1/redrive", "Origin: null")]
    public async Task A_cross_origin_request_changes_nothing(string method, string path, string header)
    {
        using var response = await SendAsync(api.Client, method, path, header);
        await ProblemAsync(response, HttpStatusCode.Forbidden);
        Assert.Equal(0, api.Orders.Count);
    }

    [Fact]
    public async Task Configured_host_names_are_allowed()
    {
        await using var app = Build(("AllowedHosts", "api;other"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = app.GetTestClient();
        using var allowed = await SendAsync(client, "POST", "/orders", "Host: api:8080");
        Assert.Equal(HttpStatusCode.Created, allowed.StatusCode);
        using var refused = await SendAsync(client, "POST", "/orders", "Host: evil.example");
        await ProblemAsync(refused, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Behind_API_Gateway_every_host_and_origin_is_allowed()
    {
        await using var app = Build(("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1"), ("_HANDLER", "Api"));
        var server = app.Services.GetRequiredService<OrderSystem.Lambda.HttpApi.HttpApiServer>();
        var answer = server.InvokeAsync(new OrderSystem.Lambda.HttpApi.HttpApiRequest
        {
            RawPath = "/orders",
            Body = Valid,
            Headers = new Dictionary<string, string> { ["host"] = "id.execute-api.eu-west-1.amazonaws.com", ["origin"] = "https://shop.example", ["content-type"] = "application/json" },
            RequestContext = new() { Authorizer = new() { Iam = new() { UserArn = "arn:aws:iam::123456789012:user/shop" } }, Http = new() { Method = "POST" } },
        }, TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(201, (await answer).StatusCode);
    }

    private static WebApplication Build(params (string Key, string Value)[] settings) => ApiFixture.Build(
        services => services
            .AddSingleton<IOrderStore>(new InMemoryOrderStore())
            .AddSingleton<IInventory>(new InMemoryInventory())
            .AddSingleton<IPaymentLedger>(new InMemoryPaymentLedger()),
        settings);

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string header)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "GET")
            request.Content = new StringContent(path == "/orders" ? Valid : """{"available":1}""", Encoding.UTF8, "application/json");
        var (name, value) = (header.Split(": ")[0], header.Split(": ")[1]);
        request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
