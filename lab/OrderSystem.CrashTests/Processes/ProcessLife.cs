using System.Collections.Concurrent;

namespace OrderSystem.CrashTests.Processes;

/// <summary>
/// One process from its start to its end. Decides whether the process was allowed to exit, based on the disturbances of
/// the process and on its output.
/// </summary>
/// <param name="name">The name of the process. If the process cannot start, it prints a line that begins with this name and
/// explains why.</param>
/// <param name="isForeign">Whether the program is not part of this repository. A third-party program may exit with the
/// exit code of SIGTERM.</param>
internal sealed class ProcessLife(string name, bool isForeign)
{
    private const int Gone = 0;
    private const int CannotGoOn = 1;
    private const int Killed = 128 + 9;
    private const int Terminated = 128 + 15;
    private const int LinesKept = 12;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Whether the process was killed, by a disturbance or at a crash point.</summary>
    public bool IsKilled { get; set; }

    /// <summary>Whether the process was sent SIGTERM.</summary>
    public bool IsToldToStop { get; set; }

    /// <summary>
    /// Whether a full disk was simulated for the process at any time. A process that starts while its disk is full may
    /// print an explanation and exit.
    /// </summary>
    public bool HadNoRoom { get; set; }

    /// <summary>
    /// Whether the database of the process was moved away at any time. A process that starts without its database may
    /// print an explanation and exit.
    /// </summary>
    public bool HadNoFiles { get; set; }

    /// <summary>
    /// Whether the process has logged that it has started. After that log message, the process must handle
    /// SIGTERM.
    /// </summary>
    public bool IsReady { get; private set; }

    /// <summary>Records a line that the process printed.</summary>
    public void Hear(string line)
    {
        IsReady |= line.Contains("Application started", StringComparison.Ordinal) || line.Contains("listens on", StringComparison.Ordinal);
        _lines.Enqueue(line);
        while (_lines.Count > LinesKept)
            _lines.TryDequeue(out _);
    }

    /// <summary>Decides whether the process was allowed to exit.</summary>
    /// <returns>A description of the unexpected exit, with the last lines of output; null if the exit was allowed.</returns>
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
        return isInOrder ? null
            : $"{name} ended with exit code {exitCode}{(IsToldToStop ? " when it was asked to stop" : IsKilled ? "" : " unexpectedly")}:{string.Concat(_lines.Select(line => "\n        " + line))}";
    }
}
