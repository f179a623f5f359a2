namespace OrderSystem.Sqlite.Files;

/// <summary>Somebody moved, deleted or replaced the database's files while it was in use; the message says what to do.</summary>
public sealed class FilesChangedException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether the current transaction was committed despite this exception, so that it must not be repeated.</summary>
    public bool IsCommitted { get; init; }
}
