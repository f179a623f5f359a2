namespace OrderSystem.Api;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Request to {Path} was refused with status 503: {Reason}")]
    public static partial void StoreUnavailable(ILogger logger, string reason, string path);

    [LoggerMessage(2, LogLevel.Warning, "Request to {Path} was refused with status 503 because {Maximum} requests are already in progress, which is the limit")]
    public static partial void Overloaded(ILogger logger, int maximum, string path);

    [LoggerMessage(3, LogLevel.Information, "Stock was seeded from catalogue {Path}: {Added} new products were added")]
    public static partial void CatalogueSeeded(this ILogger logger, string path, int added);

    [LoggerMessage(4, LogLevel.Information, "The API is not listening yet, because the initial stock of the catalogue's products can't be written to the database; retrying until the database is available: {Reason}")]
    public static partial void WaitingForStore(this ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Information, "Request {Method} {Path} by caller {Caller} returned status {Status}")]
    public static partial void Access(ILogger logger, string method, string path, string? caller, int status);
}
