using Microsoft.Extensions.Logging;

namespace OrderSystem.Lambda;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Handler}: waiting for invocations from the Runtime API at {RuntimeApi}")]
    public static partial void Serving(ILogger logger, string handler, string runtimeApi);

    [LoggerMessage(2, LogLevel.Warning, "{Handler}: no invocation could be received from the Runtime API; retrying until the Runtime API responds: {Reason}")]
    public static partial void RuntimeApiUnavailable(ILogger logger, string handler, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Handler}: invocation {RequestId} failed; the error is reported to the Runtime API")]
    public static partial void InvocationFailed(ILogger logger, Exception exception, string handler, string requestId);

    [LoggerMessage(4, LogLevel.Warning, "{Handler}: the Runtime API rejected the result of invocation {RequestId} with status {Status}, so the result is lost: {Reason}")]
    public static partial void AnswerRefused(ILogger logger, string handler, string requestId, int status, string reason);

    [LoggerMessage(5, LogLevel.Error, "{Handler}: sending the result of invocation {RequestId} failed; the invocation will time out unless the Runtime API received the result")]
    public static partial void AnswerLost(ILogger logger, Exception exception, string handler, string requestId);

    [LoggerMessage(6, LogLevel.Error, "Request {Method} {Path} failed with an unhandled exception; the response has status 500")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(7, LogLevel.Warning, "{Handler}: telemetry could not be exported before the response, and may be lost if the process is frozen")]
    public static partial void BeforeFreezeFailed(ILogger logger, Exception exception, string handler);

    [LoggerMessage(8, LogLevel.Error, "Request {Method} {Path}: an OnCompleted callback failed after the response; the response is not affected")]
    public static partial void CompletedCallbackFailed(ILogger logger, Exception exception, string method, string path);
}
