using Microsoft.Extensions.Logging;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The files of database {Path} were changed by another program while the database was in use: {State}")]
    public static partial void FilesChanged(ILogger logger, string path, FilesState state);

    [LoggerMessage(2, LogLevel.Warning, "Database {Path} was restored with all its data; if another file was in its place, that file was renamed to *.replaced-N in the same folder")]
    public static partial void FilesRestored(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Error, "Database {Path} was closed although its files were changed and could not be restored: {Reason}")]
    public static partial void ClosedElsewhere(ILogger logger, string path, string reason);
}
