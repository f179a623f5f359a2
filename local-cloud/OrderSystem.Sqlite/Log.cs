using Microsoft.Extensions.Logging;
using OrderSystem.Sqlite.Files;

namespace OrderSystem.Sqlite;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Another program changed the files of database {Path} while the database was in use ({State}); trying to repair the files. Writes fail until the files are repaired")]
    public static partial void FilesChanged(ILogger logger, string path, FilesState state);

    [LoggerMessage(5, LogLevel.Error, "Another program moved database {Path} while the database was in use; no data is lost, but writes fail until you move the database back")]
    public static partial void FilesMoved(ILogger logger, string path);

    [LoggerMessage(2, LogLevel.Warning, "Database {Path} was deleted or replaced while it was in use, and was restored with all its data; if another file was in its place, that file was renamed to *.replaced-N in the same folder")]
    public static partial void FilesRestored(ILogger logger, string path);

    [LoggerMessage(4, LogLevel.Warning, "Database {Path} was reopened with all its data, because its write-ahead log, the log's index or its lock file had been deleted or replaced")]
    public static partial void LogRestored(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Error, "Database {Path} was closed, but another program had changed its files, and the files could not be restored, so they may lack committed data: {Reason}")]
    public static partial void ClosedElsewhere(ILogger logger, string path, string reason);
}
