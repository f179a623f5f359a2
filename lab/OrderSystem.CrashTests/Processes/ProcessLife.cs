using System.Collections.Concurrent;

namespace OrderSystem.CrashTests.Processes;

/// <summary>One process from its start to its end. Judges its exit by what was done to it and what it printed.</summary>
/// <param name="name">The name of the process, with which the line begins that explains a failed start.</param>
/// <param name="isForeign">Whether the program is not of this repository; then SIGTERM may end it.</param>
internal sealed class ProcessLife(string name, bool isForeign)
{
    private const int Gone = 0;
    private const int CannotGoOn = 1;
    private const int Killed = 128 + 9;
    private const int Terminated = 128 + 15;
    private const int LinesKept = 12;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Whether the process was killed, by the harness or at a crash point.</summary>
    public bool IsKilled { get; set; }

    /// <summary>Whether the process was asked to stop.</summary>
    public bool IsToldToStop { get; set; }

    /// <summary>
    /// Whether its disk was ever full. A process that starts without space may exit with an explanation.
    /// </summary>
    public bool HadNoRoom { get; set; }

    /// <summary>
    /// Whether its database was ever away. A process that starts without it exits with an explanation.
    /// </summary>
    public bool HadNoFiles { get; set; }

    /// <summary>Whether the process has reported that it runs; from then on it handles SIGTERM.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Records a line of output.</summary>
    public void Hear(string line)
    {
        IsReady |= line.Contains("Application started", StringComparison.Ordinal) || line.Contains("listens on", StringComparison.Ordinal);
        _lines.Enqueue(line);
        while (_lines.Count > LinesKept)
            _lines.TryDequeue(out _);
    }

    /// <summary>Judges the exit of the process.</summary>
    /// <returns>What is wrong with the exit, and the last output; null if the exit was expected.</returns>
    public string? Judge(int exitCode)
    {
        var isInOrder = exitCode switch
        {
            Killed => IsKilled,
            Gone => IsToldToStop,
            Terminated => IsToldToStop && (isForeign || !IsReady),
            CannotGoOn => (HadNoRoom || HadNoFiles) && (IsToldToStop || !IsReady) && _lines.Any(line => line.StartsWith(name + ": ", StringComparison.Ordinal)),
            _ => false,
        };
        return isInOrder ? null : $"{name} ended with exit code {exitCode}{(IsToldToStop ? " when it was asked to stop" : IsKilled ? "" : " unexpectedly")}:{string.Concat(_lines.Select(line => "\n        " + line))}";
    }
}
