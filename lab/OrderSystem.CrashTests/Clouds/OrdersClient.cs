using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.CrashTests.Checks;

namespace OrderSystem.CrashTests.Clouds;

/// <summary>A client of the HTTP API that returns null instead of throwing when the API does not respond.</summary>
internal sealed class OrdersClient(int port) : IDisposable
{
    private const int PageSize = 100;

    private readonly HttpClient _http = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        Timeout = TimeSpan.FromSeconds(15),
    };

    public Uri Address => _http.BaseAddress!;

    /// <summary>Posts a body to <c>/orders</c>.</summary>
    /// <returns>The response; null if none arrived.</returns>
    public async Task<HttpResponseMessage?> PostAsync(string body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            return await _http.PostAsync(new Uri("/orders", UriKind.Relative), content, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>Sets a product's stock, retrying until the API responds.</summary>
    /// <exception cref="TimeoutException">The API did not respond in time.</exception>
    public Task SetStockAsync(string sku, int available, CancellationToken cancellationToken) => TestedCloud.EventuallyAsync(
        () => TrySetStockAsync(sku, available, cancellationToken), () => $"The stock of {sku} could not be set.", cancellationToken);

    /// <summary>Returns a product's stock; null if the API does not respond.</summary>
    public async Task<int?> StockAsync(string sku, CancellationToken cancellationToken) =>
        (await TryGetAsync($"/inventory/{sku}", cancellationToken))?.GetProperty("available").GetInt32();

    /// <summary>Returns all orders of a customer; null if the API does not respond.</summary>
    public async Task<IReadOnlyList<StoredOrder>?> ListAsync(string customerId, CancellationToken cancellationToken)
    {
        var orders = new List<StoredOrder>();
        var first = $"/orders?customerId={customerId}&limit={PageSize}";
        for (var path = first; ;)
        {
            if (await TryGetAsync(path, cancellationToken) is not { } page)
                return null;
            orders.AddRange(page.GetProperty("orders").EnumerateArray().Select(Order));
            if (!page.TryGetProperty("nextCursor", out var cursor))
                return orders;
            path = $"{first}&cursor={Uri.EscapeDataString(cursor.GetString()!)}";
        }
    }

    /// <summary>Returns an order; null if it does not exist or the API does not respond.</summary>
    public async Task<StoredOrder?> FindAsync(string orderId, CancellationToken cancellationToken) =>
        await TryGetAsync($"/orders/{orderId}", cancellationToken) is { } order ? Order(order) : null;

    /// <summary>Returns an order's payment; null if it does not exist or the API does not respond.</summary>
    public async Task<StoredPayment?> PaymentAsync(string orderId, CancellationToken cancellationToken) =>
        await TryGetAsync($"/orders/{orderId}/payments", cancellationToken) is { } payment ? Payment(payment) : null;

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => _http.IsHealthyAsync(cancellationToken);

    /// <summary>Parses an order as the API returns it.</summary>
    public static StoredOrder Order(JsonElement order) => new(
        order.GetProperty("orderId").GetString()!,
        order.GetProperty("customerId").GetString()!,
        order.GetProperty("total").GetDecimal(),
        Enum.Parse<OrderStatus>(order.GetProperty("status").GetString()!),
        order.TryGetProperty("reason", out var reason) ? RejectionReasons.ParseOptional(reason.GetString()) : null,
        order.TryGetProperty("refunded", out var refunded) && refunded.GetBoolean(),
        order.GetProperty("createdAt").GetDateTimeOffset(),
        order.GetProperty("updatedAt").GetDateTimeOffset(),
        order.TryGetProperty("notifiedAt", out var notifiedAt) ? notifiedAt.GetDateTimeOffset() : null,
        [.. order.GetProperty("lines").EnumerateArray().Select(line => new Line(line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetInt32()))]);

    public void Dispose() => _http.Dispose();

    private static StoredPayment Payment(JsonElement payment)
    {
        var entries = payment.GetProperty("entries").EnumerateArray().ToLookup(entry => entry.GetProperty("entry").GetString());
        var charge = entries["charge"].Select(entry => entry.TryGetProperty("amount", out var amount) ? amount.GetDecimal() : (decimal?)null).FirstOrDefault();
        return new StoredPayment(Enum.Parse<PaymentState>(payment.GetProperty("state").GetString()!), charge, entries["refund"].Any());
    }

    private async Task<bool> TrySetStockAsync(string sku, int available, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.PutAsJsonAsync(new Uri($"/inventory/{sku}", UriKind.Relative), new { available }, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<JsonElement?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken) : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
