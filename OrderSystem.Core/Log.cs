using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Order {OrderId} accepted with {Lines} lines")]
    public static partial void OrderAccepted(ILogger logger, string orderId, int lines);

    [LoggerMessage(2, LogLevel.Information, "Order {OrderId}: {From} -> {To}")]
    public static partial void OrderMoved(ILogger logger, string orderId, OrderStatus from, OrderStatus to);

    [LoggerMessage(8, LogLevel.Information, "Order {OrderId}: {From} -> Rejected ({Reason}); refunded: {Refunded}")]
    public static partial void OrderRejected(ILogger logger, string orderId, OrderStatus from, string? reason, bool refunded);

    [LoggerMessage(3, LogLevel.Warning, "Stored order {OrderId} is invalid: {Faults}")]
    public static partial void StoredOrderInvalid(ILogger logger, string orderId, string faults);

    [LoggerMessage(4, LogLevel.Warning, "Order {OrderId} was charged after its payment was voided; refunding the charge")]
    public static partial void LateChargeReturned(ILogger logger, string orderId);

    [LoggerMessage(5, LogLevel.Information, "Order {OrderId}: order confirmation sent to customer {CustomerId}")]
    public static partial void CustomerNotified(ILogger logger, string orderId, string customerId);

    [LoggerMessage(6, LogLevel.Information, "Workflow of order {OrderId} started")]
    public static partial void WorkflowStarted(ILogger logger, string orderId);

    [LoggerMessage(7, LogLevel.Information, "Workflow of order {OrderId} was already started")]
    public static partial void WorkflowFound(ILogger logger, string orderId);

    [LoggerMessage(9, LogLevel.Error, "Record {SequenceNumber} of order {OrderId} failed and is reported to the event source mapping")]
    public static partial void RecordFailed(ILogger logger, Exception exception, string sequenceNumber, string orderId);

    [LoggerMessage(10, LogLevel.Error, "The store could not be reached: the workflows of {Count} records were not started")]
    public static partial void StoreUnavailable(ILogger logger, Exception exception, int count);
}
