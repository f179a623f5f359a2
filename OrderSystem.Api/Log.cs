namespace OrderSystem.Api;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Reason} {Path} is answered 503")]
    public static partial void StoreUnavailable(ILogger logger, string reason, string path);

    [LoggerMessage(2, LogLevel.Warning, "{Maximum} requests are under way; {Path} is answered 503")]
    public static partial void Overloaded(ILogger logger, int maximum, string path);
}
