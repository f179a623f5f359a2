using Microsoft.Extensions.Logging.Abstractions;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Orders;
using OrderSystem.Embedded.Storage;
using OrderSystem.LocalCloud.TestSupport.Contracts;
using OrderSystem.Tests.Contracts;
using OrderSystem.Tests.Core;

namespace OrderSystem.Tests.Embedded;

public sealed class SqliteNotificationsTests(EmbeddedFixture embedded) : NotificationsContract, IClassFixture<EmbeddedFixture>
{
    private readonly SqliteNotifications _notifications = On(embedded.Database);

    protected override INotifications Notifications => _notifications;

    [Fact]
    public async Task Neither_a_concurrent_repeat_nor_another_process_delivers_twice()
    {
        var order = Sample.Order();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _notifications.SendConfirmationAsync(order, Cancellation)));
        using var remains = new Remains(Path.GetDirectoryName(embedded.Database.Path)!);
        await using var database = EmbeddedDatabase.Open(Path.Combine(remains.Path, "orders.db"));
        await On(database).SendConfirmationAsync(order with { CustomerId = "another" }, Cancellation);
        Assert.Equal((1, 0), (Told(database, order), Told(database, order with { CustomerId = "another" })));
    }

    protected override int Told(Order order) => Told(embedded.Database, order);

    private static SqliteNotifications On(EmbeddedDatabase database) => new(database, TimeProvider.System, NullLogger<SqliteNotifications>.Instance);

    private static int Told(EmbeddedDatabase database, Order order) => database.Read(session =>
        session.First("SELECT count(*) FROM notifications WHERE id = ?1 AND customer = ?2", row => row.GetInt32(0), order.OrderId, order.CustomerId));
}
