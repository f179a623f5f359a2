using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Core.Orders;

public class PlaceOrderTests
{
    private readonly InMemoryOrderStore _orders = new();
    private readonly FakeTimeProvider _time = new(Sample.Noon);

    [Fact]
    public async Task A_new_order_is_created_with_status_Pending()
    {
        var placement = await PlaceAsync(Request("o-1"));
        Assert.Equal((PlacementOutcome.Created, OrderStatus.Pending, 19.90m, Sample.Noon), (placement.Outcome, placement.Order.Status, placement.Order.Total, placement.Order.CreatedAt));
    }

    [Fact]
    public async Task A_repeated_request_returns_the_first_order()
    {
        var first = await PlaceAsync(Request("o-1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await PlaceAsync(Request("o-1"));
        Assert.Equal(PlacementOutcome.Repeated, second.Outcome);
        Assert.Same(first.Order, second.Order);
    }

    [Fact]
    public async Task Trailing_zeros_in_a_price_do_not_change_the_request()
    {
        await PlaceAsync(Request("o-1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PlacementOutcome.Repeated, (await PlaceAsync(Request("o-1") with { Lines = [new("A1", 2, 9.950m)] })).Outcome);
    }

    [Fact]
    public async Task The_same_id_with_another_body_is_a_conflict()
    {
        await PlaceAsync(Request("o-1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        foreach (var other in new[]
        {
            Request("o-1") with { CustomerId = "c-2" },
            Request("o-1") with { Currency = "USD" },
            Request("o-1") with { Payment = new PaymentToken("tok_other") },
            Request("o-1") with { Lines = [new("A1", 3, 9.95m)] },
            Request("o-1") with { Lines = [new("A1", 2, 9.96m)] },
            Request("o-1") with { Lines = [new("A1", 2, 9.95m), new("B2", 1, 1m)] },
        })
            Assert.Equal(PlacementOutcome.Conflict, (await PlaceAsync(other)).Outcome);
    }

    [Fact]
    public async Task Without_an_id_each_request_creates_an_order_with_a_time_ordered_id()
    {
        var first = (await PlaceAsync(Request(null))).Order.OrderId;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var second = (await PlaceAsync(Request(null))).Order.OrderId;
        Assert.Equal(7, Guid.Parse(first).Version);
        Assert.True(OrderRules.IsOrderId(first));
        Assert.True(string.CompareOrdinal(first, second) < 0);
    }

    [Fact]
    public async Task An_insert_retried_after_a_lost_response_still_counts_as_created()
    {
        var placed = await new PlaceOrder(new ForgetfulStore(_orders), _time, NullLogger<PlaceOrder>.Instance).HandleAsync(Request("o-1"), TestContext.Current.CancellationToken);
        Assert.Equal(PlacementOutcome.Created, placed.Outcome);
    }

    [Fact]
    public async Task The_trace_of_the_request_is_stored_with_the_order()
    {
        using var activity = new System.Diagnostics.Activity("request") { TraceStateString = "vendor=1" };
        activity.SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C).Start();
        var order = (await PlaceAsync(Request("o-1"))).Order;
        Assert.Equal((activity.Id, "vendor=1"), (order.TraceParent, order.TraceState));
    }

    private static NewOrder Request(string? orderId) => new(orderId, "c-1", [new("A1", 2, 9.95m)], "EUR", new PaymentToken("tok_ok"));

    private Task<Placement> PlaceAsync(NewOrder request) =>
        new PlaceOrder(_orders, _time, NullLogger<PlaceOrder>.Instance).HandleAsync(request, TestContext.Current.CancellationToken);

    private sealed class ForgetfulStore(InMemoryOrderStore inner) : IOrderStore
    {
        public async Task<Insertion> InsertAsync(Order order, CancellationToken cancellationToken)
        {
            await inner.InsertAsync(order, cancellationToken);
            return await inner.InsertAsync(order with { }, cancellationToken);
        }

        public Task<Order?> FindAsync(string orderId, CancellationToken cancellationToken) => inner.FindAsync(orderId, cancellationToken);

        public Task<bool> TryUpdateAsync(Order order, CancellationToken cancellationToken) => inner.TryUpdateAsync(order, cancellationToken);

        public Task<OrderPage> ListAsync(OrderQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);
    }
}
