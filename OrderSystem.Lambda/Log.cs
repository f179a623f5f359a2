using Microsoft.Extensions.Logging;

namespace OrderSystem.Lambda;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Serving {Handler} from {RuntimeApi}")]
    public static partial void Serving(ILogger logger, string handler, string runtimeApi);

    [LoggerMessage(2, LogLevel.Warning, "The Runtime API does not hand out events for {Handler} ({Reason}); trying again until it does")]
    public static partial void RuntimeApiUnavailable(ILogger logger, string handler, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Handler} failed invocation {RequestId}")]
    public static partial void InvocationFailed(ILogger logger, Exception exception, string handler, string requestId);

    [LoggerMessage(4, LogLevel.Warning, "{Handler} answered invocation {RequestId} after the service stopped waiting for it, or with more than it takes")]
    public static partial void AnswerRefused(ILogger logger, string handler, string requestId);

    [LoggerMessage(5, LogLevel.Error, "{Handler} could not answer invocation {RequestId}; the service will time it out")]
    public static partial void AnswerLost(ILogger logger, Exception exception, string handler, string requestId);

    [LoggerMessage(6, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(7, LogLevel.Warning, "{Handler} could not finish what is due before the process is frozen")]
    public static partial void BeforeFreezeFailed(ILogger logger, Exception exception, string handler);
}
