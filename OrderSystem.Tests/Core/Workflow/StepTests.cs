using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Core.Workflow;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Core.Workflow;

public class StepTests
{
    private readonly InMemoryOrderStore _orders = new();
    private readonly InMemoryInventory _inventory = new();
    private readonly InMemoryPaymentLedger _ledger = new();
    private readonly SimulatedPaymentGateway _gateway = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OrderTransitions Transitions => new(_orders, new FakeTimeProvider(Sample.Noon), NullLogger<OrderTransitions>.Instance);

    private ShippedWorkflow Workflow => new(_orders, _inventory, _ledger, _orders, _gateway, new FaultyNotifications(new Faults(new Random(1), 0, 0)));

    [Fact]
    public async Task A_valid_order_completes_with_one_charge_and_takes_its_stock()
    {
        var order = await RunAsync(Sample.Order("o-1", lines: new OrderLine("A1", 2, 9.95m)), stock: 5);
        Assert.Equal((OrderStatus.Completed, 3), (order.Status, await AvailableAsync()));
        Assert.NotNull(order.NotifiedAt);
        var payment = (await _ledger.FindAsync("o-1", Cancellation))!;
        Assert.Equal((PaymentState.Charged, 19.90m, 1), (payment.State, payment.Amount, payment.Attempts));
    }

    [Fact]
    public async Task A_declined_payment_rejects_the_order_and_takes_no_stock()
    {
        var order = await RunAsync(Sample.Order("o-1", token: "tok_declined", lines: new OrderLine("A1", 2, 9.95m)), stock: 5);
        Assert.Equal((OrderStatus.Rejected, RejectionReason.PaymentDeclined, false, 5), (order.Status, order.Reason, order.Refunded, await AvailableAsync()));
    }

    [Fact]
    public async Task Insufficient_stock_rejects_and_refunds_the_order()
    {
        var order = await RunAsync(Sample.Order("o-1", lines: new OrderLine("A1", 6, 9.95m)), stock: 5);
        Assert.Equal((OrderStatus.Rejected, RejectionReason.InsufficientStock, true, 5), (order.Status, order.Reason, order.Refunded, await AvailableAsync()));
        Assert.Equal(PaymentState.Refunded, (await _ledger.FindAsync("o-1", Cancellation))!.State);
    }

    [Fact]
    public async Task A_timeout_of_the_first_attempt_results_in_one_charge()
    {
        var order = await RunAsync(Sample.Order("o-1", token: "tok_timeout_once", lines: new OrderLine("A1", 1, 9.95m)), stock: 5);
        var payment = (await _ledger.FindAsync("o-1", Cancellation))!;
        Assert.Equal((OrderStatus.Completed, PaymentState.Charged, 2), (order.Status, payment.State, payment.Attempts));
    }

    [Fact]
    public async Task A_stored_order_that_violates_the_rules_is_rejected_as_invalid()
    {
        var order = await RunAsync(Sample.Order("o-1") with { Total = 1m }, stock: 5);
        Assert.Equal((OrderStatus.Rejected, RejectionReason.Invalid), (order.Status, order.Reason));
        Assert.Null(await _ledger.FindAsync("o-1", Cancellation));
    }

    [Fact]
    public async Task A_completed_order_cannot_be_rejected()
    {
        await RunAsync(Sample.Order("o-1", lines: new OrderLine("A1", 1, 9.95m)), stock: 5);
        await Assert.ThrowsAsync<OrderTransitionException>(() => Transitions.RejectAsync("o-1", RejectionReason.ProcessingFailed, refunded: false, Cancellation));
        await Assert.ThrowsAsync<OrderTransitionException>(() => new RejectOrder(Transitions, _ledger, _orders).HandleAsync(new StepRequest("o-1", RejectionReason.ProcessingFailed), Cancellation));
        Assert.Equal(OrderStatus.Completed, (await _orders.FindAsync("o-1", Cancellation))!.Status);
    }

    [Fact]
    public async Task A_rejected_order_cannot_be_completed()
    {
        await RunAsync(Sample.Order("o-1", token: "tok_declined"), stock: 5);
        await Assert.ThrowsAsync<OrderTransitionException>(() => new CompleteOrder(Transitions).HandleAsync(new StepRequest("o-1"), Cancellation));
    }

    [Fact]
    public async Task A_charged_order_cannot_be_rejected_before_it_is_refunded()
    {
        await _orders.InsertAsync(Sample.Order("o-1"), Cancellation);
        await _ledger.BeginChargeAsync("o-1", 1m, "EUR", Cancellation);
        await _ledger.RecordChargeAsync("o-1", "ch", Cancellation);
        await Assert.ThrowsAsync<OrderTransitionException>(() => new RejectOrder(Transitions, _ledger, _orders).HandleAsync(new StepRequest("o-1", RejectionReason.ProcessingFailed), Cancellation));
    }

    [Fact]
    public async Task A_missing_order_throws_OrderNotFoundException_with_its_id()
    {
        var exception = await Assert.ThrowsAsync<OrderNotFoundException>(() => new CompleteOrder(Transitions).HandleAsync(new StepRequest("o-9"), Cancellation));
        Assert.Contains("o-9", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OrderStatus.Paid)]
    [InlineData(OrderStatus.Reserved)]
    [InlineData(OrderStatus.Completed)]
    public async Task No_status_can_be_skipped(OrderStatus target)
    {
        await _orders.InsertAsync(Sample.Order("o-1"), Cancellation);
        await Assert.ThrowsAsync<OrderTransitionException>(() => Transitions.AdvanceAsync("o-1", target, Cancellation));
    }

    [Fact]
    public async Task A_late_charge_after_the_refund_is_refunded_and_recorded()
    {
        await _orders.InsertAsync(Sample.Order("o-1") with { Status = OrderStatus.Validated }, Cancellation);
        var slow = new HangingGateway(_gateway);
        var charge = new ProcessPayment(Transitions, _ledger, _orders, new PaymentGateway(slow, new NoUnitOfWork(), PaymentGatewayLimit.Default, TimeProvider.System), NullLogger<ProcessPayment>.Instance).HandleAsync(new StepRequest("o-1"), Cancellation);
        await new RefundPayment(_ledger, _orders, new PaymentGateway(_gateway, new NoUnitOfWork(), PaymentGatewayLimit.Default, TimeProvider.System)).HandleAsync(new StepRequest("o-1"), Cancellation);
        await new RejectOrder(Transitions, _ledger, _orders).HandleAsync(new StepRequest("o-1", RejectionReason.ProcessingFailed), Cancellation);
        Assert.False((await _orders.FindAsync("o-1", Cancellation))!.Refunded);

        slow.Answer.SetResult();
        Assert.Equal(StepResult.Refused(RejectionReason.ProcessingFailed), await charge);
        Assert.Equal(PaymentState.Refunded, (await _ledger.FindAsync("o-1", Cancellation))!.State);
        Assert.True((await _orders.FindAsync("o-1", Cancellation))!.Refunded);
    }

    private async Task<Order> RunAsync(Order order, int stock)
    {
        await _inventory.SetAsync("A1", stock, Cancellation);
        await _orders.InsertAsync(order, Cancellation);
        await Workflow.RunAsync(order.OrderId);
        return (await _orders.FindAsync(order.OrderId, Cancellation))!;
    }

    private async Task<int> AvailableAsync() => (await _inventory.FindAsync("A1", Cancellation))!.Available;

    private sealed class HangingGateway(IPaymentGateway inner) : IPaymentGateway
    {
        public TaskCompletionSource Answer { get; } = new();

        public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
        {
            await Answer.Task;
            return await inner.ChargeAsync(request, cancellationToken);
        }

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => inner.RefundAsync(request, cancellationToken);
    }
}
