using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core.Notifications;

/// <summary>Sends customers notifications about their orders.</summary>
public interface INotifications
{
    /// <summary>
    /// Sends an order's confirmation to its customer. The order's id is the idempotency key: a repeated call must not
    /// deliver the confirmation again.
    /// </summary>
    /// <exception cref="NotificationException">The confirmation can't be sent now; repeat the call.</exception>
    Task SendConfirmationAsync(Order order, CancellationToken cancellationToken);
}

/// <summary>A notification can't be sent.</summary>
public sealed class NotificationException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>
/// Writes notifications to the log only, for development and tests. Nothing is delivered, and a repeated call logs the
/// notification again.
/// </summary>
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
