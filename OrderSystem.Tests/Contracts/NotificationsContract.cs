using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Contracts;

/// <summary>
/// Tests that every <see cref="INotifications"/> must pass. The test class of each adapter inherits from this class. If an
/// adapter really delivers notifications, its test class must also test that a repeated notification is not delivered
/// again.
/// </summary>
public abstract class NotificationsContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract INotifications Notifications { get; }

    /// <summary>Returns the number of times that an order's customer was notified.</summary>
    protected abstract int Told(Order order);

    [Theory]
    [InlineData("c-1")]
    [InlineData("客户 Ωé 🛒")]
    public async Task The_customer_of_an_order_is_notified(string customer)
    {
        var (order, other) = (Sample.Order(customerId: customer), Sample.Order(customerId: customer));
        await Notifications.SendConfirmationAsync(order, Cancellation);
        Assert.Equal((1, 0), (Told(order), Told(other)));
    }

    [Fact]
    public async Task Concurrent_notifications_reach_every_customer_once()
    {
        var orders = Enumerable.Range(0, 32).Select(i => Sample.Order(customerId: $"c-{i}")).ToArray();
        await Task.WhenAll(orders.Select(order => Notifications.SendConfirmationAsync(order, Cancellation)));
        Assert.All(orders, order => Assert.Equal(1, Told(order)));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_notifies_nobody()
    {
        var order = Sample.Order();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Notifications.SendConfirmationAsync(order, new CancellationToken(canceled: true)));
        Assert.Equal(0, Told(order));
        await Notifications.SendConfirmationAsync(order, Cancellation);
        Assert.Equal(1, Told(order));
    }
}
