using Microsoft.Extensions.Logging;

namespace OrderSystem.ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Request {Method} {Path} was refused: {Reason}")]
    public static partial void AccessRefused(ILogger logger, string method, string path, string reason);
}
