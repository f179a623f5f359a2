using System.Collections.Concurrent;

namespace OrderSystem.Crashes.Processes;

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Who">To whom, or by whom it was said.</param>
/// <param name="What">What.</param>
/// <param name="IsGeneral">Whether it concerns every order.</param>
internal sealed record TimelineEntry(DateTimeOffset At, string Who, string What, bool IsGeneral)
{
    public override string ToString() => $"{At:HH:mm:ss.fff} {Who,-11} {What}";
}

/// <summary>What happened during a run: what clients sent and heard, what was done to the processes, and what these said.</summary>
internal sealed class Timeline
{
    private const int Longest = 400;
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<TimelineEntry> _entries = new();

    /// <summary>Notes what was done to a process, or to all.</summary>
    public void Note(string who, string what) => Add(who, what, isGeneral: true);

    /// <summary>Notes what a process said or a client did.</summary>
    public void Tell(string who, string what) => Add(who, what, isGeneral: false);

    /// <summary>What concerns an order, in order: what mentions it, and what was done to the processes since shortly before.</summary>
    public IReadOnlyList<TimelineEntry> Of(string orderId)
    {
        var about = _entries.Where(entry => entry.What.Contains(orderId, StringComparison.Ordinal)).ToHashSet();
        var from = about.Count == 0 ? DateTimeOffset.MinValue : about.Min(entry => entry.At) - Shortly;
        return [.. _entries.Where(entry => (entry.IsGeneral && entry.At >= from) || about.Contains(entry)).OrderBy(entry => entry.At)];
    }

    /// <summary>What was done to the processes, and what they complained of.</summary>
    public IReadOnlyList<TimelineEntry> General() => [.. _entries.Where(entry => entry.IsGeneral || !(entry.Who == "client" || entry.What.Contains(" info: ", StringComparison.Ordinal))).OrderBy(entry => entry.At)];

    /// <summary>What a process said last.</summary>
    public IReadOnlyList<TimelineEntry> Last(string who, int count) => [.. _entries.Where(entry => entry.Who == who).TakeLast(count)];

    /// <summary>What was said that has these words.</summary>
    public IReadOnlyList<string> Said(string words) => [.. _entries.Where(entry => entry.What.Contains(words, StringComparison.Ordinal)).Select(entry => entry.What)];

    public void Clear() => _entries.Clear();

    private void Add(string who, string what, bool isGeneral) =>
        _entries.Enqueue(new TimelineEntry(TimeProvider.System.GetUtcNow(), who, what.Length > Longest ? what[..Longest] + "…" : what, isGeneral));
}
