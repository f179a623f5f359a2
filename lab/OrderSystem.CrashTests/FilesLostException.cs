namespace OrderSystem.CrashTests;

/// <summary>
/// A process was killed after its database files had been deleted or replaced. At that time, its committed data was
/// readable only through its open connections. The data is lost, and the next process refuses to start.
/// </summary>
internal sealed class FilesLostException(string message) : Exception(message);
