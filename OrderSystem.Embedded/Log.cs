using Microsoft.Extensions.Logging;
using OrderSystem.StatesLanguage;

namespace OrderSystem.Embedded;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Order {OrderId}: the confirmation for customer {CustomerId} was added to the outbox")]
    public static partial void CustomerNotified(ILogger logger, string orderId, string customerId);

    [LoggerMessage(2, LogLevel.Information, "{Count} unfinished executions were resumed from their histories")]
    public static partial void ExecutionsResumed(ILogger logger, int count);

    [LoggerMessage(3, LogLevel.Warning, "Execution {Execution} can't continue because its history can't be written to the database; retrying every second")]
    public static partial void ExecutionWaits(ILogger logger, Exception exception, string execution);

    [LoggerMessage(11, LogLevel.Error, "Execution {Execution} stopped because of an internal error; the execution will be resumed from its history")]
    public static partial void ExecutionDropped(ILogger logger, Exception exception, string execution);

    [LoggerMessage(12, LogLevel.Warning, "{Count} executions did not stop within {Seconds} s during shutdown; they will be resumed at the next start")]
    public static partial void ExecutionsLeft(ILogger logger, int count, double seconds);

    [LoggerMessage(14, LogLevel.Warning, "Startup is delayed because the database can't be read or written; retrying every second: {Reason}")]
    public static partial void StartDelayed(ILogger logger, string reason);

    [LoggerMessage(13, LogLevel.Warning, "The database could not be searched for executions to resume; searching again in a few seconds: {Reason}")]
    public static partial void AdoptionFailed(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Error, "Execution {Execution} failed with States.Runtime because of an internal error")]
    public static partial void ExecutionCrashed(ILogger logger, Exception exception, string execution);

    [LoggerMessage(5, LogLevel.Warning, "Execution {Execution} ended with status {Status}: {Error} ({Cause})")]
    public static partial void ExecutionEnded(ILogger logger, string execution, ExecutionStatus status, string? error, string? cause);

    [LoggerMessage(6, LogLevel.Error, "A message was added to dead-letter queue {Queue}; fix the cause, then redrive the message: {Body}")]
    public static partial void Parked(ILogger logger, string queue, string body);

    [LoggerMessage(8, LogLevel.Information, "Database {Path} was opened")]
    public static partial void Opened(ILogger logger, string path);

    [LoggerMessage(9, LogLevel.Information, "Dead-letter message {Number} ({What}) was redriven: the stream function processed its records, and the message was removed")]
    public static partial void RecordsTaken(ILogger logger, long number, string what);

    [LoggerMessage(10, LogLevel.Information, "Dead-letter message {Number} ({What}) was redriven as execution {Execution}, and the message was removed")]
    public static partial void ExecutionStartedAgain(ILogger logger, long number, string what, string execution);
}
