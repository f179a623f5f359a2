using Microsoft.Extensions.Logging;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "{Path}: its files were changed while it was in use: {State}")]
    public static partial void FilesChanged(ILogger logger, string path, FilesState state);

    [LoggerMessage(2, LogLevel.Warning, "{Path}: everything is written back; whatever was in its place is kept beside it")]
    public static partial void FilesRestored(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Error, "{Path} is closed while its files are not where they belong: {Reason}")]
    public static partial void ClosedElsewhere(ILogger logger, string path, string reason);
}
