using Microsoft.Extensions.Logging;
using OrderSystem.Core.Orders;

namespace OrderSystem.Core;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Order {OrderId} was accepted with {Lines} lines")]
    public static partial void OrderAccepted(ILogger logger, string orderId, int lines);

    [LoggerMessage(2, LogLevel.Information, "Order {OrderId} changed status from {From} to {To}")]
    public static partial void OrderMoved(ILogger logger, string orderId, OrderStatus from, OrderStatus to);

    [LoggerMessage(8, LogLevel.Information, "Order {OrderId} changed status from {From} to Rejected ({Reason}); {Charge}")]
    public static partial void OrderRejected(ILogger logger, string orderId, OrderStatus from, string? reason, string charge);

    [LoggerMessage(3, LogLevel.Warning, "Order {OrderId} will be rejected because the stored order is invalid: {Faults}")]
    public static partial void StoredOrderInvalid(ILogger logger, string orderId, string faults);

    [LoggerMessage(4, LogLevel.Warning, "Order {OrderId} was charged after its payment was voided; refunding the charge")]
    public static partial void LateChargeReturned(ILogger logger, string orderId);

    [LoggerMessage(5, LogLevel.Information, "Order {OrderId}: the confirmation for customer {CustomerId} was logged but not sent, because no sender is configured")]
    public static partial void CustomerNotified(ILogger logger, string orderId, string customerId);

    [LoggerMessage(6, LogLevel.Information, "The workflow of order {OrderId} was started")]
    public static partial void WorkflowStarted(ILogger logger, string orderId);

    [LoggerMessage(7, LogLevel.Information, "The workflow of order {OrderId} was already started, so it was not started again")]
    public static partial void WorkflowFound(ILogger logger, string orderId);

    [LoggerMessage(9, LogLevel.Error, "The workflow of order {OrderId} could not be started from stream record {SequenceNumber}; the event source mapping retries or discards the record")]
    public static partial void RecordFailed(ILogger logger, Exception exception, string sequenceNumber, string orderId);

    [LoggerMessage(10, LogLevel.Error, "The workflows for {Count} stream records could not be started because the workflow service could not be reached; the event source mapping retries the records within its retry limits")]
    public static partial void StoreUnavailable(ILogger logger, Exception exception, int count);
}
