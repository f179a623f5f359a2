using Microsoft.Extensions.Logging;

namespace OrderSystem.Lambda;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Handler} receives invocations from the Runtime API at {RuntimeApi}")]
    public static partial void Serving(ILogger logger, string handler, string runtimeApi);

    [LoggerMessage(2, LogLevel.Warning, "{Handler}: the Runtime API can't be reached; retrying until it responds: {Reason}")]
    public static partial void RuntimeApiUnavailable(ILogger logger, string handler, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Handler}: invocation {RequestId} failed; the error is reported to the Runtime API")]
    public static partial void InvocationFailed(ILogger logger, Exception exception, string handler, string requestId);

    [LoggerMessage(4, LogLevel.Warning, "{Handler}: response to invocation {RequestId} was rejected (late or too large)")]
    public static partial void AnswerRefused(ILogger logger, string handler, string requestId);

    [LoggerMessage(5, LogLevel.Error, "{Handler}: response to invocation {RequestId} could not be sent; the invocation will time out")]
    public static partial void AnswerLost(ILogger logger, Exception exception, string handler, string requestId);

    [LoggerMessage(6, LogLevel.Error, "Request {Method} {Path} threw an unhandled exception")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(7, LogLevel.Warning, "{Handler}: telemetry could not be exported before the response, and may be lost if the process is frozen")]
    public static partial void BeforeFreezeFailed(ILogger logger, Exception exception, string handler);
}
