using System.Collections.Concurrent;

namespace OrderSystem.Crashes.Processes;

/// <summary>A process from its start to its end: what was done to it and what it said, by which its end is judged.</summary>
/// <param name="name">Its name, which begins the line that says why it can't start.</param>
/// <param name="isForeign">Whether it is not ours: how it ends on SIGTERM is its own affair.</param>
internal sealed class ProcessLife(string name, bool isForeign)
{
    private const int Gone = 0;
    private const int CannotGoOn = 1;
    private const int Killed = 128 + 9;
    private const int Terminated = 128 + 15;
    private const int LinesKept = 12;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Whether it was killed, by us or at a crash point.</summary>
    public bool IsKilled { get; set; }

    /// <summary>Whether it was told to stop.</summary>
    public bool IsToldToStop { get; set; }

    /// <summary>Whether its disk was full at some time: one that starts without room may give up, and say so.</summary>
    public bool HadNoRoom { get; set; }

    /// <summary>Whether its database was moved away at some time: one that starts without it gives up, and says so.</summary>
    public bool HadNoFiles { get; set; }

    /// <summary>Whether it said that it runs: from then on it heeds SIGTERM.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Takes what it says.</summary>
    public void Hear(string line)
    {
        IsReady |= line.Contains("Application started", StringComparison.Ordinal) || line.Contains("listens on", StringComparison.Ordinal);
        _lines.Enqueue(line);
        while (_lines.Count > LinesKept)
            _lines.TryDequeue(out _);
    }

    /// <summary>Judges its end.</summary>
    /// <returns>What is wrong with it, and what it said last; null where we caused it and it was in order.</returns>
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
        return isInOrder ? null : $"{name} ended with exit code {exitCode}{(IsToldToStop ? " when it was told to stop" : IsKilled ? "" : ", and nobody told it to")}:{string.Concat(_lines.Select(line => "\n        " + line))}";
    }
}
