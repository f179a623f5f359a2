using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.StatesLanguage;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>The deployed state machine where one port never answers: what is done instead, how often it is tried, and what is left.</summary>
public sealed class FaultPathTests
{
    private readonly InMemoryOrderStore _orders = new();
    private readonly InMemoryInventory _inventory = new();
    private readonly InMemoryPaymentLedger _ledger = new();
    private readonly RememberingGateway _gateway = new();
    private readonly Broken _broken = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notification_that_cant_be_sent_never_undoes_an_order()
    {
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, _broken);
        var order = await RunAsync(workflow);
        Assert.Equal((OrderStatus.Completed, null), (order.Status, order.NotifiedAt));
        Assert.Equal((3, 1), (workflow.Attempts["NotifyCustomer"], workflow.Attempts["CompleteOrder"]));
        Assert.Empty(workflow.Parked);
    }

    [Fact]
    public async Task A_gateway_that_never_answers_ends_in_a_rejection_once_it_answers_to_the_refund()
    {
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, new ChargesNothing(_gateway), _broken);
        var order = await RunAsync(workflow);
        Assert.Equal((OrderStatus.Rejected, RejectionReason.ProcessingFailed, false), (order.Status, order.Reason, order.Refunded));
        Assert.Equal(["ValidateOrder", "ProcessPayment", "ReleaseInventory", "RefundPayment", "RejectOrder"], workflow.Attempts.Keys);
        Assert.Equal(6, workflow.Attempts["ProcessPayment"]);
    }

    [Fact]
    public async Task An_outage_of_a_store_of_an_hour_is_waited_for()
    {
        ShippedWorkflow? workflow = null;
        using (workflow = new ShippedWorkflow(_orders, new Outage(_inventory, () => workflow!.Waited < TimeSpan.FromHours(1)), _ledger, _orders, _gateway, _broken))
        {
            var order = await RunAsync(workflow);
            Assert.Equal(OrderStatus.Completed, order.Status);
            Assert.Empty(workflow.Parked);
            Assert.InRange(workflow.Waited, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
        }
    }

    [Fact]
    public async Task Stock_that_can_neither_be_reserved_nor_released_parks_the_order_with_its_payment_and_a_second_run_completes_it()
    {
        using (var workflow = new ShippedWorkflow(_orders, _broken, _ledger, _orders, _gateway, _broken))
        {
            var order = await RunAsync(workflow, ExecutionStatus.Failed);
            Assert.Equal(OrderStatus.Paid, order.Status);
            Assert.Equal((101, 13, 1), (workflow.Attempts["UpdateInventory"], workflow.Attempts["ReleaseInventory"], workflow.Attempts["ParkOrder"]));
            Assert.True(workflow.Waited > TimeSpan.FromHours(1), $"parked after {workflow.Waited}");
            Assert.Contains("o-1", Assert.Single(workflow.Parked).ToJsonString(), StringComparison.Ordinal);
        }

        using var mended = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, _broken);
        Assert.Equal(ExecutionStatus.Succeeded, (await mended.RunAsync("o-1")).Status);
        Assert.Equal(OrderStatus.Completed, (await _orders.FindAsync("o-1", Cancellation))!.Status);
        Assert.Equal((PaymentState.Charged, 3), ((await _ledger.FindAsync("o-1", Cancellation))!.State, (await _inventory.FindAsync("A1", Cancellation))!.Available));
    }

    [Theory]
    [InlineData(OrderStatus.Paid)]
    [InlineData(OrderStatus.Reserved)]
    public async Task An_order_that_was_parked_after_its_money_went_back_is_rejected_by_a_second_run_not_completed(OrderStatus status)
    {
        await _inventory.SetAsync("A1", 5, Cancellation);
        await _ledger.BeginChargeAsync("o-1", 19.90m, "EUR", Cancellation);
        await _ledger.RecordChargeAsync("o-1", "ch_o-1", Cancellation);
        await _inventory.ReleaseAsync("o-1", Cancellation);
        await _ledger.RecordRefundAsync("o-1", "ch_o-1", "re_o-1", Cancellation);
        await _orders.InsertAsync(Sample.Order("o-1", lines: new OrderLine("A1", 2, 9.95m)) with { Status = status }, Cancellation);

        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, _broken);
        Assert.Equal(ExecutionStatus.Succeeded, (await workflow.RunAsync("o-1")).Status);
        var order = (await _orders.FindAsync("o-1", Cancellation))!;
        Assert.Equal((OrderStatus.Rejected, RejectionReason.ProcessingFailed, true), (order.Status, order.Reason, order.Refunded));
        Assert.Equal(5, (await _inventory.FindAsync("A1", Cancellation))!.Available);
    }

    [Fact]
    public async Task A_dead_letter_queue_that_fails_is_tried_again()
    {
        var refusals = 3;
        using var workflow = new ShippedWorkflow(_orders, _broken, _ledger, _orders, _gateway, _broken)
        {
            Parking = () =>
            {
                if (refusals-- > 0)
                    throw new StatesErrorException("Sqs.SqsException", "struck by the test");
            },
        };
        await RunAsync(workflow, ExecutionStatus.Failed);
        Assert.Equal(4, workflow.Attempts["ParkOrder"]);
        Assert.Single(workflow.Parked);
    }

    private async Task<Order> RunAsync(ShippedWorkflow workflow, ExecutionStatus status = ExecutionStatus.Succeeded)
    {
        await _inventory.SetAsync("A1", 5, Cancellation);
        await _orders.InsertAsync(Sample.Order("o-1", lines: new OrderLine("A1", 2, 9.95m)), Cancellation);
        Assert.Equal(status, (await workflow.RunAsync("o-1")).Status);
        return (await _orders.FindAsync("o-1", Cancellation))!;
    }

    private sealed class ChargesNothing(IPaymentGateway inner) : IPaymentGateway
    {
        public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) => throw new PaymentGatewayTimeoutException("no answer");

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => inner.RefundAsync(request, cancellationToken);
    }

    private sealed class Outage(IInventory inner, Func<bool> lasts) : IInventory
    {
        public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => During(() => inner.FindAsync(sku, cancellationToken));

        public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken) => During(() => inner.SetAsync(sku, available, cancellationToken));

        public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) => During(() => inner.ReserveAsync(orderId, lines, cancellationToken));

        public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => During(async () =>
        {
            await inner.ReleaseAsync(orderId, cancellationToken);
            return true;
        });

        private Task<T> During<T>(Func<Task<T>> call) => lasts() ? throw new StoreUnavailableException("struck by the test", new TimeoutException()) : call();
    }

    private sealed class Broken : INotifications, IInventory
    {
        public Task SendConfirmationAsync(Order order, CancellationToken cancellationToken) => throw Failure();

        public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => throw Failure();

        public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken) => throw Failure();

        public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) => throw Failure();

        public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => throw Failure();

        private static StoreUnavailableException Failure() => new("struck by the test", new TimeoutException());
    }
}
