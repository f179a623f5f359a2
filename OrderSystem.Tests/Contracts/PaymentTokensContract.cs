using OrderSystem.Core.Orders;
using OrderSystem.Core.Payments;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every <see cref="IPaymentTokens"/> must pass, together with the order store that inserts the tokens. The test
/// class of each adapter inherits from this class.
/// </summary>
public abstract class PaymentTokensContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The store of payment tokens to test.</summary>
    protected abstract IPaymentTokens Tokens { get; }

    /// <summary>The order store that inserts the tokens.</summary>
    protected abstract IOrderStore Orders { get; }

    [Fact]
    public async Task A_token_is_found_by_its_order_id()
    {
        var order = Sample.Order(token: "tok_secret");
        await Orders.InsertAsync(order, Cancellation);
        Assert.Equal("tok_secret", (await Tokens.FindAsync(order.OrderId, Cancellation))?.Secret);
    }

    [Fact]
    public async Task The_longest_token_is_stored_completely()
    {
        var order = Sample.Largest();
        await Orders.InsertAsync(order, Cancellation);
        Assert.Equal(order.Payment, await Tokens.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task An_unknown_order_has_no_token() => Assert.Null(await Tokens.FindAsync(Sample.Id(), Cancellation));

    [Fact]
    public async Task Deleting_a_token_is_idempotent_and_keeps_its_order()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        await Tokens.DeleteAsync(order.OrderId, Cancellation);
        await Tokens.DeleteAsync(order.OrderId, Cancellation);
        Assert.Null(await Tokens.FindAsync(order.OrderId, Cancellation));
        OrderStoreContract.AssertSame(order, await Orders.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task A_repeated_insert_does_not_restore_a_deleted_token()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        await Tokens.DeleteAsync(order.OrderId, Cancellation);
        Assert.False((await Orders.InsertAsync(order, Cancellation)).Inserted);
        Assert.Null(await Tokens.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task The_token_of_the_winning_concurrent_insert_is_stored()
    {
        var orderId = Sample.Id();
        var insertions = await Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
        {
            var order = Sample.Order(orderId, token: $"tok_{i}");
            return (Order: order, (await Orders.InsertAsync(order, Cancellation)).Inserted);
        }));
        var (winner, _) = Assert.Single(insertions, insertion => insertion.Inserted);
        Assert.Equal(winner.Payment, await Tokens.FindAsync(orderId, Cancellation));
    }

    [Fact]
    public async Task Updating_an_order_keeps_its_token()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        Assert.True(await Orders.TryUpdateAsync((order with { Status = OrderStatus.Validated }).Next(Sample.Noon), Cancellation));
        Assert.Equal(order.Payment, await Tokens.FindAsync(order.OrderId, Cancellation));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_deletes_nothing()
    {
        var order = Sample.Order();
        await Orders.InsertAsync(order, Cancellation);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tokens.FindAsync(order.OrderId, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tokens.DeleteAsync(order.OrderId, cancelled));
        Assert.Equal(order.Payment, await Tokens.FindAsync(order.OrderId, Cancellation));
    }
}
