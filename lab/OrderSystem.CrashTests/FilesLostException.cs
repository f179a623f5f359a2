namespace OrderSystem.CrashTests;

/// <summary>
/// A process was killed while committed data was readable only through its open connections, because its files had been
/// deleted or replaced. The data is lost, and the next process refuses to start.
/// </summary>
internal sealed class FilesLostException(string message) : Exception(message);
