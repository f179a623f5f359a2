using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every <see cref="IPaymentLedger"/> must pass. The test class of each adapter inherits from this class.
/// </summary>
public abstract class PaymentLedgerContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private readonly string _orderId = Sample.Id();

    protected abstract IPaymentLedger Ledger { get; }

    /// <summary>Returns the same ledger as a process with a different clock would use it.</summary>
    protected abstract IPaymentLedger LedgerAt(TimeProvider time);

    [Fact]
    public async Task Find_returns_null_for_an_unknown_payment() => Assert.Null(await Ledger.FindAsync(_orderId, Cancellation));

    [Fact]
    public async Task Each_attempt_is_counted_while_pending()
    {
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var payment = await BeginAsync();
            Assert.Equal((PaymentState.Pending, attempt, 12.50m, "EUR"), (payment.State, payment.Attempts, payment.Amount, payment.Currency));
        }
    }

    [Fact]
    public async Task A_charge_is_recorded_once_and_later_attempts_are_not_counted()
    {
        await BeginAsync();
        var charged = await Ledger.RecordChargeAsync(_orderId, "ch_1", Cancellation);
        Assert.Equal((PaymentState.Charged, "ch_1"), (charged.State, charged.ChargeReference));
        Assert.NotNull(charged.ChargedAt);
        var again = await Ledger.RecordChargeAsync(_orderId, "ch_2", Cancellation);
        Assert.Equal("ch_1", again.ChargeReference);
        Assert.Equal((PaymentState.Charged, 1), (await BeginAsync() is var now ? (now.State, now.Attempts) : default));
    }

    [Fact]
    public async Task A_repeated_attempt_keeps_the_first_amount_and_currency()
    {
        await BeginAsync();
        var again = await Ledger.BeginChargeAsync(_orderId, 99m, "JPY", Cancellation);
        Assert.Equal((PaymentState.Pending, 2, 12.50m, "EUR"), (again.State, again.Attempts, again.Amount, again.Currency));
    }

    [Fact]
    public async Task A_decline_is_final()
    {
        await BeginAsync();
        Assert.Equal(PaymentState.Declined, (await Ledger.RecordChargeAsync(_orderId, null, Cancellation)).State);
        Assert.Equal(PaymentState.Declined, (await BeginAsync()).State);
        Assert.Equal(PaymentState.Declined, (await Ledger.BeginRefundAsync(_orderId, Cancellation)).State);
    }

    [Fact]
    public async Task A_refund_is_recorded_once_and_keeps_the_charge()
    {
        await BeginAsync();
        await Ledger.RecordChargeAsync(_orderId, "ch_1", Cancellation);
        Assert.Equal(PaymentState.Charged, (await Ledger.BeginRefundAsync(_orderId, Cancellation)).State);
        for (var i = 0; i < 2; i++)
            await Ledger.RecordRefundAsync(_orderId, "ch_1", $"re_{i}", Cancellation);
        var payment = (await Ledger.FindAsync(_orderId, Cancellation))!;
        Assert.Equal((PaymentState.Refunded, "ch_1", "re_0", 12.50m), (payment.State, payment.ChargeReference, payment.RefundReference, payment.Amount));
        Assert.NotNull(payment.RefundedAt);
        Assert.Equal(PaymentState.Refunded, (await Ledger.BeginRefundAsync(_orderId, Cancellation)).State);
    }

    [Fact]
    public async Task A_refund_before_any_charge_voids_the_payment()
    {
        var payment = await Ledger.BeginRefundAsync(_orderId, Cancellation);
        Assert.Equal((PaymentState.Voided, 0), (payment.State, payment.Attempts));
        Assert.Equal((PaymentState.Voided, 0), (await BeginAsync() is var now ? (now.State, now.Attempts) : default));
    }

    [Fact]
    public async Task A_refund_of_a_pending_charge_voids_it_and_the_late_charge_is_not_recorded()
    {
        await BeginAsync();
        Assert.Equal(PaymentState.Voided, (await Ledger.BeginRefundAsync(_orderId, Cancellation)).State);
        Assert.Equal(PaymentState.Voided, (await Ledger.RecordChargeAsync(_orderId, "ch_1", Cancellation)).State);
        var refunded = await Ledger.RecordRefundAsync(_orderId, "ch_1", "re_1", Cancellation);
        Assert.Equal((PaymentState.Refunded, "ch_1", "re_1"), (refunded.State, refunded.ChargeReference, refunded.RefundReference));
    }

    [Fact]
    public async Task A_refund_cannot_be_recorded_before_it_begins()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ledger.RecordRefundAsync(_orderId, "ch_1", "re_1", Cancellation));
        await BeginAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ledger.RecordRefundAsync(_orderId, "ch_1", "re_1", Cancellation));
    }

    [Fact]
    public async Task A_charge_cannot_be_recorded_before_it_begins() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ledger.RecordChargeAsync(_orderId, "ch_1", Cancellation));

    [Fact]
    public async Task A_concurrent_charge_and_refund_agree_on_the_final_state()
    {
        await BeginAsync();
        var charge = Ledger.RecordChargeAsync(_orderId, "ch_1", Cancellation);
        var refund = Ledger.BeginRefundAsync(_orderId, Cancellation);
        await Task.WhenAll(charge, refund);
        Assert.Equal((await refund).State, (await Ledger.FindAsync(_orderId, Cancellation))!.State);
    }

    [Fact]
    public async Task Concurrent_recordings_of_a_charge_all_return_the_stored_charge()
    {
        await BeginAsync();
        var charged = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Ledger.RecordChargeAsync(_orderId, $"ch_{i}", Cancellation)));
        var reference = Assert.Single(charged.Select(payment => payment.ChargeReference).Distinct())!;
        await Ledger.BeginRefundAsync(_orderId, Cancellation);
        var refunded = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RetryAsync(() => Ledger.RecordRefundAsync(_orderId, reference, $"re_{i}", Cancellation))));
        Assert.NotNull(Assert.Single(refunded.Select(payment => payment.RefundReference).Distinct()));
    }

    [Fact]
    public async Task Concurrent_attempts_are_all_counted()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => BeginAsync()));
        Assert.Equal(Enumerable.Range(1, 8), attempts.Select(payment => payment.Attempts).Order());
    }

    [Fact]
    public async Task Clock_differences_between_processes_change_no_decision()
    {
        var (behind, ahead) = (LedgerAt(new FakeTimeProvider(Sample.Noon.AddDays(-1))), LedgerAt(new FakeTimeProvider(Sample.Noon.AddDays(1))));
        await ahead.BeginChargeAsync(_orderId, 12.50m, "EUR", Cancellation);
        Assert.Equal(2, (await behind.BeginChargeAsync(_orderId, 12.50m, "EUR", Cancellation)).Attempts);
        var charged = await behind.RecordChargeAsync(_orderId, "ch_1", Cancellation);
        Assert.Equal((PaymentState.Charged, Sample.Noon.AddDays(1), Sample.Noon.AddDays(-1)), (charged.State, charged.StartedAt, charged.ChargedAt));
        await ahead.BeginRefundAsync(_orderId, Cancellation);
        Assert.Equal(PaymentState.Refunded, (await behind.RecordRefundAsync(_orderId, "ch_1", "re_1", Cancellation)).State);
    }

    [Theory]
    [InlineData("JPY", "7")]
    [InlineData("EUR", "0.10")]
    [InlineData("KWD", "9999999999999.999")]
    public async Task Amounts_are_exact_to_their_last_decimal_place(string currency, string text)
    {
        var amount = decimal.Parse(text, CultureInfo.InvariantCulture);
        await Ledger.BeginChargeAsync(_orderId, amount, currency, Cancellation);
        var payment = (await Ledger.FindAsync(_orderId, Cancellation))!;
        Assert.Equal((text, currency), (payment.Amount?.ToString(CultureInfo.InvariantCulture), payment.Currency));
    }

    [Theory]
    [InlineData("ch 客户 Ωé 🛒 \u200d\u0301 \"'\\ ; --", 1)]
    [InlineData("é", 10_000)]
    public async Task References_of_any_script_and_length_are_stored_exactly(string text, int times)
    {
        var reference = string.Concat(Enumerable.Repeat(text, times));
        await BeginAsync();
        await Ledger.RecordChargeAsync(_orderId, reference, Cancellation);
        await Ledger.BeginRefundAsync(_orderId, Cancellation);
        await Ledger.RecordRefundAsync(_orderId, reference, "re " + reference, Cancellation);
        var payment = (await Ledger.FindAsync(_orderId, Cancellation))!;
        Assert.Equal((reference, "re " + reference), (payment.ChargeReference, payment.RefundReference));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_changes_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        await BeginAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.BeginChargeAsync(_orderId, 12.50m, "EUR", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.RecordChargeAsync(_orderId, "ch_1", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.BeginRefundAsync(_orderId, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.FindAsync(_orderId, cancelled));
        Assert.Equal((PaymentState.Pending, 1), (await Ledger.FindAsync(_orderId, Cancellation) is { } now ? (now.State, now.Attempts) : default));
        await Ledger.BeginRefundAsync(_orderId, Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.RecordRefundAsync(_orderId, "ch_1", "re_1", cancelled));
        Assert.Equal(PaymentState.Voided, (await Ledger.FindAsync(_orderId, Cancellation))!.State);
    }

    // Like the workflow, retry a call that fails because the ledger is busy.
    private static async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (StoreUnavailableException) when (tries < 20)
            {
            }
        }
    }

    private Task<Payment> BeginAsync() => Ledger.BeginChargeAsync(_orderId, 12.50m, "EUR", Cancellation);
}
