using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core.InMemory;
using static OrderSystem.Tests.Api.ApiAssertions;

namespace OrderSystem.Tests.Api;

public sealed class OverloadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_over_the_limit_get_503_with_RetryAfter_but_health_still_responds()
    {
        var orders = new SlowOrders();
        await using var app = ApiFixture.Build(
            services => services.AddSingleton<IOrderStore>(orders).AddSingleton<IInventory>(new InMemoryInventory()).AddSingleton<IPaymentLedger>(new InMemoryPaymentLedger()),
            ("OrderSystem:MaximumRequests", "1"));
        await app.StartAsync(Cancellation);
        using var client = app.GetTestClient();

        var first = client.GetAsync("/orders/slow", Cancellation);
        await orders.Asked.WaitAsync(Cancellation);
        using (var second = await client.PostAsync("/orders", Json(Order("o-1")), Cancellation))
        {
            await ProblemAsync(second, HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(second.Headers.RetryAfter?.Delta);
        }

        using (var health = await client.GetAsync("/health", Cancellation))
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        orders.Answer();
        (await first).Dispose();
        using var third = await client.PostAsync("/orders", Json(Order("o-1")), Cancellation);
        Assert.Equal(HttpStatusCode.Created, third.StatusCode);
    }

    private sealed class SlowOrders : IOrderStore
    {
        private readonly InMemoryOrderStore _orders = new();
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void Answer() => _answer.SetResult();

        public async Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken)
        {
            if (orderId != "slow")
                return await _orders.FindAsync(orderId, cancellationToken);
            _asked.SetResult();
            await _answer.Task.WaitAsync(cancellationToken);
            return null;
        }

        public Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken) => _orders.InsertAsync(order, cancellationToken);

        public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken) => _orders.TryUpdateAsync(order, cancellationToken);

        public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken) => _orders.ListAsync(query, cancellationToken);
    }
}
