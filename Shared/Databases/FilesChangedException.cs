namespace OrderSystem.Databases;

/// <summary>The database's files were moved, deleted or replaced while it was in use; the message says what to do.</summary>
internal sealed class FilesChangedException(string message, Exception? innerException = null) : Exception(message, innerException);
