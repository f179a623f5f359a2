using System.Net;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Core;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

public class OrderEndpointTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private readonly string _orderId = Sample.Id();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_order_is_created()
    {
        using var response = await PostAsync(Order(_orderId));
        var body = await ReadAsync(response, HttpStatusCode.Created);
        Assert.Equal($"/orders/{_orderId}", response.Headers.Location?.ToString());
        Assert.Equal("Order Created", (string?)body["message"]);
        Assert.Equal("19.90", body["order"]!["total"]!.ToJsonString());
        Assert.Equal("Pending", (string?)body["order"]!["status"]);
        Assert.Equal(["orderId", "customerId", "currency", "lines", "total", "status", "createdAt", "updatedAt", "version"], body["order"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task A_repeated_order_returns_the_first_one()
    {
        using var first = await PostAsync(Order(_orderId));
        api.Time.Advance(TimeSpan.FromSeconds(1));
        using var second = await PostAsync(Order(_orderId, unitPrice: "9.950"));
        var (created, found) = (await ReadAsync(first, HttpStatusCode.Created), await ReadAsync(second, HttpStatusCode.OK));
        Assert.Equal(created["order"]!.ToJsonString(), found["order"]!.ToJsonString());
    }

    [Fact]
    public async Task The_same_id_with_another_body_conflicts()
    {
        using var first = await PostAsync(Order(_orderId));
        api.Time.Advance(TimeSpan.FromSeconds(1));
        using var second = await PostAsync(Order(_orderId, unitPrice: "9.96"));
        Assert.Contains(_orderId, (string?)(await ProblemAsync(second, HttpStatusCode.Conflict))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_id_the_server_generates_one()
    {
        using var response = await PostAsync(Order(null));
        var orderId = (string?)(await ReadAsync(response, HttpStatusCode.Created))["order"]!["orderId"];
        Assert.Equal(7, Guid.Parse(orderId!).Version);
    }

    [Fact]
    public async Task The_payment_token_is_never_returned()
    {
        using var posted = await PostAsync(Order(_orderId, token: "tok_top-secret"));
        foreach (var path in new[] { $"/orders/{_orderId}", "/orders?customerId=c-1&limit=100" })
            Assert.DoesNotContain("tok_top-secret", await api.Client.GetStringAsync(path, Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("tok_top-secret", await posted.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/orders/unknown")]
    [InlineData("/orders/bad%20id")]
    [InlineData("/orders/unknown/payments")]
    [InlineData("/inventory/unknown")]
    [InlineData("/nothing")]
    public async Task An_unknown_path_or_id_returns_a_404_problem(string path)
    {
        using var response = await api.Client.GetAsync(path, Cancellation);
        await ProblemAsync(response, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_unsupported_method_returns_a_405_problem()
    {
        using var response = await api.Client.DeleteAsync("/orders", Cancellation);
        await ProblemAsync(response, HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_customers_orders_are_paged_newest_first()
    {
        var customer = Sample.Id("c");
        for (var i = 0; i < 5; i++)
            await api.Orders.InsertAsync(Sample.Order($"{customer}-{i}", customer, createdAt: Sample.Noon.AddSeconds(i)), Cancellation);
        var listed = new List<string?>();
        for (string? cursor = ""; cursor is not null;)
        {
            using var response = await api.Client.GetAsync($"/orders?customerId={customer}&limit=2{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}", Cancellation);
            var page = await ReadAsync(response, HttpStatusCode.OK);
            listed.AddRange(page["orders"]!.AsArray().Select(order => (string?)order!["orderId"]));
            cursor = (string?)page["nextCursor"];
        }

        Assert.Equal(Enumerable.Range(0, 5).Reverse().Select(i => $"{customer}-{i}"), listed);
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("?limit=5", "$")]
    [InlineData("?customerId=", "customerId")]
    [InlineData("?customerId=a%20b", "customerId")]
    [InlineData("?status=Lost", "status")]
    [InlineData("?status=3", "status")]
    [InlineData("?status=", "status")]
    [InlineData("?customerId=c-1&limit=0", "limit")]
    [InlineData("?customerId=c-1&limit=101", "limit")]
    [InlineData("?customerId=c-1&limit=ten", "limit")]
    [InlineData("?customerId=c-1&cursor=abc", "cursor")]
    [InlineData("?customerId=c-1&cursor=", "cursor")]
    public async Task An_invalid_query_returns_an_error_for_the_parameter(string query, string path)
    {
        using var response = await api.Client.GetAsync($"/orders{query}", Cancellation);
        Assert.NotNull((await ProblemAsync(response, HttpStatusCode.BadRequest))["errors"]![path]);
    }

    [Fact]
    public async Task The_payments_endpoint_lists_the_charge_and_the_refund()
    {
        await api.Ledger.BeginChargeAsync(_orderId, 19.90m, "EUR", Cancellation);
        await api.Ledger.RecordChargeAsync(_orderId, "ch_1", Cancellation);
        await api.Ledger.RecordRefundAsync(_orderId, "ch_1", "re_1", Cancellation);
        using var response = await api.Client.GetAsync($"/orders/{_orderId}/payments", Cancellation);
        var payment = await ReadAsync(response, HttpStatusCode.OK);
        Assert.Equal("Refunded", (string?)payment["state"]);
        Assert.Equal(["charge", "refund"], payment["entries"]!.AsArray().Select(entry => (string?)entry!["entry"]));
        Assert.All(payment["entries"]!.AsArray(), entry => Assert.Equal("19.90", entry!["amount"]!.ToJsonString()));
    }

    [Fact]
    public async Task A_rejected_order_shows_its_reason_and_its_refund()
    {
        await api.Orders.InsertAsync(Sample.Order(_orderId) with { Status = OrderStatus.Rejected, Reason = RejectionReason.InsufficientStock, Refunded = true }, Cancellation);
        using var response = await api.Client.GetAsync($"/orders/{_orderId}", Cancellation);
        var order = await ReadAsync(response, HttpStatusCode.OK);
        Assert.Equal(("Rejected", "insufficient_stock", true), ((string?)order["status"], (string?)order["reason"], (bool?)order["refunded"]));
    }

    [Fact]
    public async Task The_OpenAPI_document_and_the_API_reference_are_served()
    {
        using var openApi = await api.Client.GetAsync("/openapi/v1.json", Cancellation);
        var document = await ReadAsync(openApi, HttpStatusCode.OK);
        Assert.Equal(["/orders", "/orders/{orderId}", "/orders/{orderId}/payments", "/inventory/{sku}"], document["paths"]!.AsObject().Select(path => path.Key));
        Assert.NotNull(document["components"]!["schemas"]!["OrderRequest"]);
        using var scalar = await api.Client.GetAsync("/scalar", Cancellation);
        Assert.True(scalar.IsSuccessStatusCode || scalar.StatusCode == HttpStatusCode.Redirect);
    }

    [Theory]
    [InlineData("/orders", "post", "201 200 400 409 413 415 401 403 503")]
    [InlineData("/orders", "get", "200 400 401 403 503")]
    [InlineData("/orders/{orderId}", "get", "200 404 401 403 503")]
    [InlineData("/orders/{orderId}/payments", "get", "200 404 401 403 503")]
    [InlineData("/inventory/{sku}", "get", "200 404 401 403 503")]
    [InlineData("/inventory/{sku}", "put", "200 400 413 415 401 403 503")]
    public async Task Every_response_is_documented(string path, string method, string statuses)
    {
        using var response = await api.Client.GetAsync("/openapi/v1.json", Cancellation);
        var responses = (await ReadAsync(response, HttpStatusCode.OK))["paths"]![path]![method]!["responses"]!.AsObject();
        Assert.Equal(statuses.Split(' ').Order(), responses.Select(documented => documented.Key).Order());
        Assert.All(responses.Where(documented => documented.Key[0] != '2'), problem => Assert.NotNull(problem.Value!["content"]!["application/problem+json"]));
    }

    [Fact]
    public async Task The_list_parameters_are_documented_with_their_types()
    {
        using var response = await api.Client.GetAsync("/openapi/v1.json", Cancellation);
        var parameters = (await ReadAsync(response, HttpStatusCode.OK))["paths"]!["/orders"]!["get"]!["parameters"]!.AsArray()
            .ToDictionary(parameter => (string)parameter!["name"]!, parameter => parameter!["schema"]!);
        Assert.Equal(("integer", 100), ((string?)parameters["limit"]["type"], (int?)parameters["limit"]["maximum"]));
        Assert.Equal(Enum.GetNames<OrderStatus>(), parameters["status"]["enum"]!.AsArray().Select(name => (string?)name));
    }

    private Task<HttpResponseMessage> PostAsync(string json) => api.Client.PostAsync("/orders", Json(json), Cancellation);
}
