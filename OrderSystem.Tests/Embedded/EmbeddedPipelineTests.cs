using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Payments;
using OrderSystem.Embedded.Storage;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>Tests the whole pipeline in one process, from the request until the order is completed or rejected.</summary>
public sealed class EmbeddedPipelineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("A1", 2, "tok_ok", "Completed", null)]
    [InlineData("A1", 1, "tok_timeout_once", "Completed", null)]
    [InlineData("A1", 1, "tok_declined", "Rejected", "payment_declined")]
    [InlineData("C1", 100, "tok_ok", "Rejected", "insufficient_stock")]
    public async Task An_order_reaches_its_expected_end(string sku, int quantity, string token, string status, string? reason)
    {
        await using var api = await EmbeddedApi.StartAsync(_folder.FullName);
        var orderId = Sample.Id();
        using var placed = await EmbeddedApi.PlaceAsync(api.Client, orderId, sku, quantity, token);
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        var order = await EmbeddedApi.EndOfAsync(api.Client, orderId);
        Assert.Equal(status, order.GetProperty("status").GetString());
        Assert.Equal(reason, order.TryGetProperty("reason", out var given) ? given.GetString() : null);
        Assert.Equal(reason == "insufficient_stock", order.TryGetProperty("refunded", out var refunded) && refunded.GetBoolean());
    }

    [Theory]
    [InlineData("A1", 1)]
    [InlineData("C1", 100)]
    public async Task An_ended_order_leaves_no_payment_token_in_the_file(string sku, int quantity)
    {
        const string Token = "tok_top-secret-token-of-this-test";
        await using (var api = await EmbeddedApi.StartAsync(_folder.FullName))
        {
            var orderId = Sample.Id();
            using var placed = await EmbeddedApi.PlaceAsync(api.Client, orderId, sku, quantity, Token);
            await EmbeddedApi.EndOfAsync(api.Client, orderId);
            Assert.Null(await api.Services.GetRequiredService<IPaymentTokens>().FindAsync(orderId, Cancellation));
        }

        foreach (var file in _folder.GetFiles("*", SearchOption.AllDirectories))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file.FullName, Cancellation)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Token)));
    }

    [Fact]
    public async Task One_trace_runs_from_the_request_to_the_last_state()
    {
        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("OrderSystem.", StringComparison.Ordinal) || source.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId.ToHexString() == traceId)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using (var api = await EmbeddedApi.StartAsync(_folder.FullName))
        {
            var orderId = Sample.Id();
            using var placed = await EmbeddedApi.PlaceAsync(api.Client, orderId, traceParent: $"00-{traceId}-00f067aa0ba902b7-01");
            Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
            await EmbeddedApi.EndOfAsync(api.Client, orderId);
            await WaitAsync(() => spans.Any(span => span.OperationName.StartsWith("execution ", StringComparison.Ordinal)));
        }

        var known = spans.Select(span => span.SpanId.ToHexString()).Append("00f067aa0ba902b7").ToHashSet();
        Assert.All(spans, span => Assert.Contains(span.ParentSpanId.ToHexString(), known));
        Assert.Single(spans, span => span.DisplayName == "process Orders");
        foreach (var step in new[] { "ValidateOrder", "ProcessPayment", "UpdateInventory", "NotifyCustomer", "CompleteOrder" })
        {
            var state = Assert.Single(spans, span => span.OperationName == step && span.Source.Name == "OrderSystem.StatesLanguage");
            Assert.Single(spans, span => span.OperationName == step && span.Source.Name == "OrderSystem.Embedded" && span.ParentSpanId == state.SpanId);
        }
    }

    [Fact]
    public async Task Ended_orders_leave_no_rows_in_the_change_log_or_the_history()
    {
        await using var api = await EmbeddedApi.StartAsync(_folder.FullName);
        var orderIds = Enumerable.Range(0, 20).Select(_ => Sample.Id()).ToList();
        foreach (var orderId in orderIds)
            (await EmbeddedApi.PlaceAsync(api.Client, orderId)).Dispose();
        foreach (var orderId in orderIds)
            await EmbeddedApi.EndOfAsync(api.Client, orderId);
        var database = api.Services.GetRequiredService<EmbeddedDatabase>();
        await WaitAsync(() => database.Read(session => session.First(
            "SELECT (SELECT count(*) FROM changes) + (SELECT count(*) FROM history) + (SELECT count(*) FROM executions WHERE status = 0)", row => row.GetInt64(0))) == 0);
        Assert.Equal(20, database.Read(session => session.First("SELECT count(*) FROM executions", row => row.GetInt64(0))));
        Assert.Equal(20, database.Read(session => session.First("SELECT count(*) FROM notifications", row => row.GetInt64(0))));
    }

    [Fact]
    public async Task Orders_over_the_backlog_limit_get_503_until_others_complete()
    {
        var gateway = new HeldGateway();
        await using var api = await EmbeddedApi.StartAsync(
            _folder.FullName, services => services.AddSingleton<IPaymentGateway>(gateway), ("OrderSystem:MaximumBacklog", "1"));
        var first = Sample.Id();
        (await EmbeddedApi.PlaceAsync(api.Client, first)).Dispose();
        await gateway.Asked.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, Cancellation);
        var second = Sample.Id();
        using var refused = await EmbeddedApi.PlaceAsync(api.Client, second);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        gateway.LetGo();
        await EmbeddedApi.EndOfAsync(api.Client, first);
        var status = HttpStatusCode.ServiceUnavailable;
        await WaitAsync(async () =>
        {
            using var taken = await EmbeddedApi.PlaceAsync(api.Client, second);
            return (status = taken.StatusCode) != HttpStatusCode.ServiceUnavailable;
        });
        Assert.Equal(HttpStatusCode.Created, status);
    }

    [Fact]
    public async Task Readiness_names_the_store_that_cannot_be_written()
    {
        await using var api = await EmbeddedApi.StartAsync(_folder.FullName);
        using (var healthy = await api.Client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation))
            Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
        await api.Services.GetRequiredService<EmbeddedDatabase>().DisposeAsync();
        using var unhealthy = await api.Client.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unhealthy.StatusCode);
        var checks = (await unhealthy.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("checks");
        Assert.Equal("Unhealthy", checks.GetProperty("store").GetProperty("status").GetString());
        Assert.Contains("orders.db", checks.GetProperty("store").GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    private static Task WaitAsync(Func<bool> condition) => WaitAsync(() => Task.FromResult(condition()));

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
    }

    private sealed class HeldGateway : IPaymentGateway
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void LetGo() => _released.TrySetResult();

        public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await _released.Task.WaitAsync(CancellationToken.None);
            return new ChargeResult("ch_1");
        }

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => Task.FromResult(new RefundResult(null, null));
    }
}
