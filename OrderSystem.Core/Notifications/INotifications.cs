using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Notifications;

/// <summary>Tells customers about their orders.</summary>
public interface INotifications
{
    /// <summary>Tells the customer that the order goes out. The order's id is the idempotency key: whoever delivers must not deliver a repeat.</summary>
    /// <exception cref="NotificationException">It can't be sent now.</exception>
    Task SendConfirmationAsync(Order order, CancellationToken cancellationToken);
}

/// <summary>A notification can't be sent.</summary>
public sealed class NotificationException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Notifies nobody but the log, for desks and tests. It delivers nothing and keeps no record: a repeat is logged again.</summary>
public sealed class LogNotifications(ILogger<LogNotifications> logger) : INotifications
{
    /// <inheritdoc />
    public Task SendConfirmationAsync(Order order, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        Log.CustomerNotified(logger, order.OrderId, order.CustomerId);
        return Task.CompletedTask;
    }
}
