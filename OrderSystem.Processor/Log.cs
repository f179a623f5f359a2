using Microsoft.Extensions.Logging;

namespace OrderSystem.Processor;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Record {SequenceNumber} of order {OrderId} failed and was reported to the event source mapping")]
    public static partial void RecordFailed(ILogger logger, Exception exception, string sequenceNumber, string orderId);
}
