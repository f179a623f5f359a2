using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Embedded.ChangeLog;
using OrderSystem.Embedded.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

/// <summary>
/// The writes of a unit of work are committed together or not at all, and are not visible to other readers before the
/// commit.
/// </summary>
public sealed class WorkTests(EmbeddedFixture embedded) : IClassFixture<EmbeddedFixture>
{
    private readonly EmbeddedDatabase _database = embedded.Database;
    private readonly SqliteInventory _inventory = new(embedded.Database, TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_sees_earlier_writes_of_the_same_unit_of_work()
    {
        var sku = Sample.Id();
        var held = await _database.TogetherAsync(async () =>
        {
            await _inventory.SetAsync(sku, 3, Cancellation);
            await _inventory.ReserveAsync(Sample.Id(), [new OrderLine(sku, 2, 1)], Cancellation);
            return await _inventory.FindAsync(sku, Cancellation);
        }, Cancellation);
        Assert.Equal(1, held?.Available);
        Assert.Equal(1, (await _inventory.FindAsync(sku, Cancellation))?.Available);
    }

    [Fact]
    public async Task Uncommitted_writes_are_invisible_to_other_threads()
    {
        var (sku, before) = (Sample.Id(), default(object));
        await _database.TogetherAsync(() =>
        {
            var written = _inventory.SetAsync(sku, 3, Cancellation);
            Assert.True(written.IsCompletedSuccessfully);
            var outside = new Thread(() => before = _inventory.FindAsync(sku, Cancellation).Result ?? (object)"nothing");
            outside.Start();
            outside.Join();
            return written;
        }, Cancellation);
        Assert.Equal("nothing", before);
        Assert.Equal(3, (await _inventory.FindAsync(sku, Cancellation))?.Available);
    }

    [Fact]
    public async Task A_failed_write_rolls_back_all_others_even_if_it_is_caught()
    {
        var sku = Sample.Id();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _database.TogetherAsync(async () =>
        {
            await _inventory.SetAsync(sku, 3, Cancellation);
            await Assert.ThrowsAsync<StoreUnavailableException>(RefusedAsync);
            return 1;
        }, Cancellation));
        Assert.Null(await _inventory.FindAsync(sku, Cancellation));
        await _database.ProbeAsync(Cancellation);
    }

    [Fact]
    public async Task An_exception_of_the_work_itself_rolls_back_nothing()
    {
        var sku = Sample.Id();
        await Assert.ThrowsAsync<FormatException>(() => _database.TogetherAsync<int>(async () =>
        {
            await _inventory.SetAsync(sku, 3, Cancellation);
            throw new FormatException();
        }, Cancellation));
        Assert.Equal(3, (await _inventory.FindAsync(sku, Cancellation))?.Available);
    }

    [Fact]
    public async Task A_failed_write_of_another_unit_of_work_does_not_affect_this_one()
    {
        var (sku, runs) = (Sample.Id(), 0);
        using var held = await HeldWriter.HoldAsync(_database);
        var work = _database.TogetherAsync(() =>
        {
            runs++;
            return _inventory.SetAsync(sku, runs, Cancellation);
        }, Cancellation);
        var refused = RefusedAsync();
        await held.LetGoAsync();
        Assert.Equal(2, (await work).Available);
        Assert.Equal(2, runs);
        Assert.Equal(2, (await _inventory.FindAsync(sku, Cancellation))?.Available);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => refused);
    }

    [Fact]
    public async Task The_gateway_is_called_only_after_the_intent_is_committed()
    {
        var orderId = Sample.Id();
        var ledger = new SqlitePaymentLedger(_database, TimeProvider.System);
        var gateway = new PaymentGateway(new AskingGateway(() => ledger.FindAsync(orderId, Cancellation)), new EmbeddedUnitOfWork(_database), PaymentGatewayLimit.Default, TimeProvider.System);
        var (charge, wasTogether) = await _database.TogetherAsync(async () =>
        {
            await ledger.BeginChargeAsync(orderId, 1, "EUR", Cancellation);
            var result = await gateway.ChargeAsync(new ChargeRequest(orderId, new PaymentToken("tok_ok"), 1, "EUR", 1), Cancellation);
            var together = _database.IsTogether;
            await ledger.RecordChargeAsync(orderId, result.Reference, Cancellation);
            return (result, together);
        }, Cancellation);
        Assert.Equal("Pending elsewhere", charge.Reference);
        Assert.True(wasTogether);
        Assert.Equal(PaymentState.Charged, (await ledger.FindAsync(orderId, Cancellation))?.State);
    }

    [Fact]
    public async Task The_gateway_is_not_called_if_the_intent_cannot_be_committed()
    {
        var asked = false;
        var gateway = new PaymentGateway(new AskingGateway(() =>
        {
            asked = true;
            return Task.FromResult<Payment?>(null);
        }), new EmbeddedUnitOfWork(_database), PaymentGatewayLimit.Default, TimeProvider.System);
        using var held = await HeldWriter.HoldAsync(_database);
        var work = _database.TogetherAsync(() => gateway.ChargeAsync(new ChargeRequest(Sample.Id(), new PaymentToken("tok_ok"), 1, "EUR", 1), Cancellation), Cancellation);
        var refused = RefusedAsync();
        await held.LetGoAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => work);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => refused);
        Assert.False(asked);
    }

    [Fact]
    public async Task Work_that_was_rolled_back_while_it_waited_cannot_write()
    {
        var (sku, elsewhere) = (Sample.Id(), new TaskCompletionSource());
        var refusal = new TaskCompletionSource<(Exception? OfWrite, Exception? OfWait)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var held = await HeldWriter.HoldAsync(_database);
        var work = _database.TogetherAsync(async () =>
        {
            await elsewhere.Task;
            var ofWrite = await Record.ExceptionAsync(() => _inventory.SetAsync(sku, 1, Cancellation));
            refusal.SetResult((ofWrite, await Record.ExceptionAsync(_database.OnDiskAsync)));
            return 1;
        }, Cancellation);
        var refused = RefusedAsync();
        await held.LetGoAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => work);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => refused);
        elsewhere.SetResult();
        var (ofWrite, ofWait) = await refusal.Task;
        Assert.IsType<StoreUnavailableException>(ofWrite);
        Assert.IsType<StoreUnavailableException>(ofWait);
        Assert.Null(await _inventory.FindAsync(sku, Cancellation));
    }

    [Fact]
    public async Task Work_that_ends_on_another_thread_returns_its_result()
    {
        var sku = Sample.Id();
        var level = await _database.TogetherAsync(async () =>
        {
            await _inventory.SetAsync(sku, 1, Cancellation);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Assert.False(_database.IsTogether);
            return await _inventory.SetAsync(sku, 2, Cancellation).ConfigureAwait(false);
        }, Cancellation);
        Assert.Equal(2, level.Available);
        Assert.Equal(2, (await _inventory.FindAsync(sku, Cancellation))?.Available);
    }

    [Fact]
    public async Task A_read_sees_an_uncommitted_update_and_reverts_on_rollback()
    {
        var store = new SqliteOrderStore(_database, new OrderChanges(TimeProvider.System));
        var order = Sample.Order();
        await store.InsertAsync(order, Cancellation);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _database.TogetherAsync(async () =>
        {
            Assert.True(await store.TryUpdateAsync((order with { Status = OrderStatus.Validated }).Next(Sample.Noon), Cancellation));
            Assert.Equal(OrderStatus.Validated, (await store.FindAsync(order.OrderId, Cancellation))?.Status);
            return await RefusedAsync();
        }, Cancellation));
        Assert.Equal(OrderStatus.Pending, (await store.FindAsync(order.OrderId, Cancellation))?.Status);
    }

    private Task<int> RefusedAsync() => _database.WriteAsync(session => session.Execute("INSERT INTO stock (sku, available, updated) VALUES ('a', -1, 0)"), Cancellation);

    private sealed class AskingGateway(Func<Task<Payment?>> find) : IPaymentGateway
    {
        public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken) =>
            new($"{(await find())?.State} elsewhere");

        public Task<RefundResult> RefundAsync(RefundRequest request, CancellationToken cancellationToken) => Task.FromResult(new RefundResult(null, null));
    }
}
