using System.Collections.Concurrent;

namespace OrderSystem.CrashTests.Processes;

/// <summary>An entry of the timeline.</summary>
/// <param name="At">The time of the entry.</param>
/// <param name="Who">The name of the process that the entry is about, or <c>client</c>.</param>
/// <param name="What">The text: a line of output, a request or a disturbance.</param>
/// <param name="IsGeneral">Whether the entry, such as a disturbance, may concern every order.</param>
internal sealed record TimelineEntry(DateTimeOffset At, string Who, string What, bool IsGeneral)
{
    public override string ToString() => $"{At:HH:mm:ss.fff} {Who,-11} {What}";
}

/// <summary>
/// The timeline of a crash test run: the clients' requests and responses, the disturbances, and the processes' output.
/// </summary>
internal sealed class Timeline
{
    private const int Longest = 400;
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<TimelineEntry> _entries = new();

    /// <summary>Adds an entry that may concern every order, such as a disturbance.</summary>
    public void Note(string who, string what) => Add(who, what, isGeneral: true);

    /// <summary>
    /// Adds an entry that concerns only the orders in its text: a line of a process's output, or a client's request.
    /// </summary>
    public void Tell(string who, string what) => Add(who, what, isGeneral: false);

    /// <summary>
    /// Returns the entries that contain an order's id, and all disturbances since two seconds before the first of these
    /// entries, sorted by time.
    /// </summary>
    public IReadOnlyList<TimelineEntry> Of(string orderId)
    {
        var about = _entries.Where(entry => entry.What.Contains(orderId, StringComparison.Ordinal)).ToHashSet();
        var from = about.Count == 0 ? DateTimeOffset.MinValue : about.Min(entry => entry.At) - Shortly;
        return [.. _entries.Where(entry => (entry.IsGeneral && entry.At >= from) || about.Contains(entry)).OrderBy(entry => entry.At)];
    }

    /// <summary>
    /// Returns the disturbances, and the output of the processes except for information messages, sorted by time.
    /// </summary>
    public IReadOnlyList<TimelineEntry> General() =>
        [.. _entries.Where(entry => entry.IsGeneral || !(entry.Who == "client" || entry.What.Contains(" info: ", StringComparison.Ordinal)))
            .OrderBy(entry => entry.At)];

    /// <summary>Returns the last entries of a process.</summary>
    public IReadOnlyList<TimelineEntry> Last(string who, int count) => [.. _entries.Where(entry => entry.Who == who).TakeLast(count)];

    /// <summary>Returns the texts of the entries that contain the given words.</summary>
    public IReadOnlyList<string> Said(string words) => [.. _entries.Where(entry => entry.What.Contains(words, StringComparison.Ordinal)).Select(entry => entry.What)];

    public void Clear() => _entries.Clear();

    private void Add(string who, string what, bool isGeneral) =>
        _entries.Enqueue(new TimelineEntry(TimeProvider.System.GetUtcNow(), who, what.Length > Longest ? what[..Longest] + "…" : what, isGeneral));
}
