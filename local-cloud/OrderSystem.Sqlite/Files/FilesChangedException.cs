namespace OrderSystem.Sqlite.Files;

/// <summary>The database's files were moved, deleted or replaced while the database was in use.</summary>
public sealed class FilesChangedException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the current transaction was committed despite this exception, so that it must not be repeated.</summary>
    public bool IsCommitted { get; init; }
}
