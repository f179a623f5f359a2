using Microsoft.Extensions.Logging;
using OrderSystem.Core.Notifications;
using OrderSystem.Core.Orders;
using OrderSystem.Embedded.Storage;

namespace OrderSystem.Embedded.Orders;

/// <summary>An outbox in SQLite: stores each order's confirmation once, for a sender to deliver.</summary>
public sealed class SqliteNotifications(EmbeddedDatabase database, TimeProvider time, ILogger<SqliteNotifications> logger) : INotifications
{
    /// <inheritdoc />
    public async Task SendConfirmationAsync(Order order, CancellationToken cancellationToken)
    {
        try
        {
            var isNew = await database.WriteAsync(
                session => session.Execute("INSERT OR IGNORE INTO notifications (id, customer, sent) VALUES (?1, ?2, ?3)", order.OrderId, order.CustomerId, time.GetUtcNow().UtcTicks) == 1,
                cancellationToken);
            if (isNew)
                Log.CustomerNotified(logger, order.OrderId, order.CustomerId);
        }
        catch (StoreUnavailableException e)
        {
            throw new NotificationException(e.Message, e);
        }
    }
}
