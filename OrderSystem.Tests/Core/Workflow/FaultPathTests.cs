using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Core.Inventory;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.StatesLanguage;
using OrderSystem.Tests.Core.InMemory;

namespace OrderSystem.Tests.Core.Workflow;

/// <summary>Tests the retries, the compensation and the final state of the deployed state machine when one port fails.</summary>
public sealed class FaultPathTests
{
    private readonly InMemoryOrderStore _orders = new();
    private readonly InMemoryInventory _inventory = new();
    private readonly InMemoryPaymentLedger _ledger = new();
    private readonly RememberingGateway _gateway = new();
    private readonly Broken _broken = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_notification_does_not_undo_the_order()
    {
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, _broken);
        var order = await RunAsync(workflow);
        Assert.Equal((OrderStatus.Completed, null), (order.Status, order.NotifiedAt));
        Assert.Equal((3, 1), (workflow.Attempts["NotifyCustomer"], workflow.Attempts["CompleteOrder"]));
        Assert.Empty(workflow.Parked);
    }

    [Fact]
    public async Task A_gateway_that_never_responds_to_a_charge_rejects_the_order()
    {
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, new ChargesNothing(_gateway), _broken);
        var order = await RunAsync(workflow);
        Assert.Equal((OrderStatus.Rejected, RejectionReason.ProcessingFailed, false), (order.Status, order.Reason, order.Refunded));
        Assert.Equal(["ValidateOrder", "ProcessPayment", "ReleaseInventory", "RefundPayment", "RejectOrder"], workflow.Attempts.Keys);
        Assert.Equal(6, workflow.Attempts["ProcessPayment"]);
    }

    [Fact]
    public async Task An_outage_of_an_hour_rejects_no_order_whenever_it_begins()
    {
        for (int begins = 1, points = begins; points >= begins; begins++)
        {
            points = 0;
            ShippedWorkflow? workflow = null;
            var faults = new Faults(new Random(0), errors: 0, hangs: 0)
            {
                Outage = () => ++points >= begins && workflow!.Waited < TimeSpan.FromHours(1),
            };
            var (orders, inventory, ledger) = (new InMemoryOrderStore(), new InMemoryInventory(), new InMemoryPaymentLedger());
            using (workflow = new ShippedWorkflow(
                new FaultyOrderStore(orders, faults), new FaultyInventory(inventory, faults), new FaultyLedger(ledger, faults), new FaultyTokens(orders, faults), new RememberingGateway(), _broken))
            {
                await inventory.SetAsync("A1", 5, Cancellation);
                await orders.InsertAsync(Sample.Order("o-1", lines: new OrderLine("A1", 2, 9.95m)), Cancellation);
                Assert.Equal(ExecutionStatus.Succeeded, (await workflow.RunAsync("o-1")).Status);
                Assert.Equal(OrderStatus.Completed, (await orders.FindAsync("o-1", Cancellation))!.Status);
                Assert.Equal((PaymentState.Charged, 3), ((await ledger.FindAsync("o-1", Cancellation))!.State, (await inventory.FindAsync("A1", Cancellation))!.Available));
                if (points >= begins)
                    Assert.InRange(workflow.Waited, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
                else
                    Assert.True(begins > 20, $"only {points} calls could fail");
            }
        }
    }

    [Theory]
    [InlineData("StoreUnavailableException", 101)]
    [InlineData("Sandbox.Timedout", 101)]
    [InlineData("States.Timeout", 101)]
    [InlineData("Lambda.TooManyRequestsException", 101)]
    [InlineData("Lambda.ServiceException", 7)]
    [InlineData("Lambda.Unknown", 7)]
    public async Task An_error_of_AWS_in_a_step_parks_the_order_and_a_redrive_completes_it(string error, int attempts)
    {
        foreach (var step in new[] { "ValidateOrder", "ProcessPayment", "UpdateInventory" })
        {
            var orderId = $"o-{step}";
            using (var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, _broken) { ServiceError = state => state == step ? error : null })
            {
                Assert.NotEqual(OrderStatus.Rejected, (await RunAsync(workflow, ExecutionStatus.Failed, orderId)).Status);
                Assert.Equal((attempts, 1), (workflow.Attempts[step], workflow.Attempts["ParkOrder"]));
                Assert.Equal(step, workflow.Attempts.Keys.SkipLast(1).Last());
                Assert.Contains(error, Assert.Single(workflow.Parked).ToJsonString(), StringComparison.Ordinal);
            }

            using var redriven = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, _broken);
            Assert.Equal(ExecutionStatus.Succeeded, (await redriven.RunAsync(orderId)).Status);
            Assert.Equal(OrderStatus.Completed, (await _orders.FindAsync(orderId, Cancellation))!.Status);
        }
    }

    [Theory]
    [InlineData("CompleteOrder")]
    [InlineData("ReleaseInventory")]
    [InlineData("RefundPayment")]
    [InlineData("RejectOrder")]
    public async Task A_final_or_compensation_step_waits_an_hour_for_its_store_and_then_parks(string step)
    {
        var gateway = step == "CompleteOrder" ? (IPaymentGateway)_gateway : new ChargesNothing(_gateway);
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, gateway, _broken) { ServiceError = state => state == step ? "StoreUnavailableException" : null };
        await RunAsync(workflow, ExecutionStatus.Failed);
        Assert.Equal((101, 1), (workflow.Attempts[step], workflow.Attempts["ParkOrder"]));
        Assert.True(workflow.Waited > TimeSpan.FromHours(1), $"parked after {workflow.Waited}");
    }

    /// <summary>A payment gateway adapter may have no timeout of its own and may ignore its cancellation token.</summary>
    [Fact]
    public async Task A_gateway_that_hangs_is_tried_six_times_and_then_the_order_is_rejected()
    {
        var gateway = new Hangs(_gateway);
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, gateway, _broken, limit: PaymentGatewayLimit.Default);
        var order = await RunAsync(workflow);
        Assert.Equal((OrderStatus.Rejected, RejectionReason.ProcessingFailed), (order.Status, order.Reason));
        Assert.Equal((6, 6), (workflow.Attempts["ProcessPayment"], gateway.Cancelled));
        Assert.Empty(workflow.Parked);
    }

    [Fact]
    public async Task The_customer_of_an_order_delayed_by_an_outage_is_notified()
    {
        var failures = 0;
        using var workflow = new ShippedWorkflow(_orders, _inventory, _ledger, _orders, _gateway, new LogNotifications(NullLogger<LogNotifications>.Instance))
        {
            ServiceError = state => state == "NotifyCustomer" && ++failures < 50 ? "StoreUnavailableException" : null,
        };
        var order = await RunAsync(workflow);
        Assert.Equal(OrderStatus.Completed, order.Status);
        Assert.NotNull(order.NotifiedAt);
        Assert.Equal(50, workflow.Attempts["NotifyCustomer"]);
    }

    [Theory]
    [InlineData(OrderStatus.Paid)]
    [InlineData(OrderStatus.Reserved)]
    public async Task A_refunded_parked_order_is_rejected_by_a_second_run(OrderStatus status)
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
    public async Task A_failed_send_to_the_dead_letter_queue_is_retried()
    {
        var refusals = 3;
        using var workflow = new ShippedWorkflow(_orders, _broken, _ledger, _orders, _gateway, _broken)
        {
            Parking = () =>
            {
                if (refusals-- > 0)
                    throw new StatesErrorException("Sqs.SqsException", "fault injected by the test");
            },
        };
        await RunAsync(workflow, ExecutionStatus.Failed);
        Assert.Equal(4, workflow.Attempts["ParkOrder"]);
        Assert.Single(workflow.Parked);
    }

    private async Task<Order> RunAsync(ShippedWorkflow workflow, ExecutionStatus status = ExecutionStatus.Succeeded, string orderId = "o-1")
    {
        await _inventory.SetAsync("A1", 5, Cancellation);
        await _orders.InsertAsync(Sample.Order(orderId, lines: new OrderLine("A1", 2, 9.95m)), Cancellation);
        Assert.Equal(status, (await workflow.RunAsync(orderId)).Status);
        return (await _orders.FindAsync(orderId, Cancellation))!;
    }

    private sealed class Hangs(IPaymentGateway inner) : IPaymentGateway
    {
        private int _cancelled;

        public int Cancelled => _cancelled;

        public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken)
        {
            cancellationToken.Register(() => Interlocked.Increment(ref _cancelled));
            return new TaskCompletionSource<ChargeResult>().Task;
        }

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => inner.RefundAsync(request, cancellationToken);
    }

    private sealed class ChargesNothing(IPaymentGateway inner) : IPaymentGateway
    {
        public Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) => throw new PaymentGatewayTimeoutException("no response");

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => inner.RefundAsync(request, cancellationToken);
    }

    private sealed class Broken : INotifications, IInventory
    {
        public Task SendConfirmationAsync(Order order, CancellationToken cancellationToken) => throw new NotificationException("fault injected by the test");

        public Task<StockLevel?> FindAsync(string sku, CancellationToken cancellationToken) => throw Failure();

        public Task<StockLevel> SetAsync(string sku, int available, CancellationToken cancellationToken) => throw Failure();

        public Task<Reservation> ReserveAsync(string orderId, IReadOnlyList<OrderLine> lines, CancellationToken cancellationToken) => throw Failure();

        public Task ReleaseAsync(string orderId, CancellationToken cancellationToken) => throw Failure();

        private static StoreUnavailableException Failure() => new("fault injected by the test", new TimeoutException());
    }
}
