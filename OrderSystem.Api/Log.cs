namespace OrderSystem.Api;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Request {Path} got 503: {Reason}")]
    public static partial void StoreUnavailable(ILogger logger, string reason, string path);

    [LoggerMessage(2, LogLevel.Warning, "Request {Path} got 503: {Maximum} requests are in progress already")]
    public static partial void Overloaded(ILogger logger, int maximum, string path);

    [LoggerMessage(3, LogLevel.Information, "Catalogue {Path} seeded; {Added} new articles")]
    public static partial void CatalogueSeeded(this ILogger logger, string path, int added);

    [LoggerMessage(4, LogLevel.Information, "Waiting for the store before the API listens: {Reason}")]
    public static partial void WaitingForStore(this ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Information, "{Method} {Path} by {Caller} returned {Status}")]
    public static partial void Access(ILogger logger, string method, string path, string? caller, int status);
}
