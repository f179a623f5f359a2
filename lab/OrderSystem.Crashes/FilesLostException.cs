namespace OrderSystem.Crashes;

/// <summary>A process was killed while only its open connections held what it had committed: nothing can bring that back, and it says so.</summary>
internal sealed class FilesLostException(string message) : Exception(message);
