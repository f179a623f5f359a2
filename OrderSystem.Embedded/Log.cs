using Microsoft.Extensions.Logging;

namespace OrderSystem.Embedded;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Order {OrderId}: confirmation to customer {CustomerId} is in the outbox")]
    public static partial void CustomerNotified(ILogger logger, string orderId, string customerId);
}
