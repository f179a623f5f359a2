namespace OrderSystem.Sqlite;

/// <summary>The database file can't be used; the message says why and what to do.</summary>
public sealed class DatabaseException(string message, Exception? innerException = null) : Exception(message, innerException);
