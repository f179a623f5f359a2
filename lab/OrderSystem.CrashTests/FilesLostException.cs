namespace OrderSystem.CrashTests;

/// <summary>A process was killed while only its open connections held committed data. The data is lost, and the process reports it.</summary>
internal sealed class FilesLostException(string message) : Exception(message);
