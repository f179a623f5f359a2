using System.Text;

namespace OrderSystem.Core.Orders;

/// <summary>Limits the length of the W3C <c>tracestate</c> header, which clients control.</summary>
public static class TraceState
{
    /// <summary>
    /// The maximum length, in characters. The W3C specification recommends propagating at least 512 characters.
    /// </summary>
    public const int MaximumLength = 512;

    // The W3C specification recommends removing entries with more than 128 characters first.
    private const int LongEntry = 128;

    /// <summary>
    /// Limits a list of entries to <see cref="MaximumLength"/> characters: removes long entries first, then entries from
    /// the end. Entries that are invalid in a header are always removed.
    /// </summary>
    /// <param name="traceState">The received header value; null if the request had no such header.</param>
    /// <returns>The remaining entries, none of them truncated; null if no entries are left.</returns>
    public static string? Limit(string? traceState)
    {
        if (string.IsNullOrEmpty(traceState))
            return null;
        var entries = traceState.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(IsEntry)
            .ToList();
        for (var i = entries.Count - 1; i >= 0 && Length(entries) > MaximumLength; i--)
        {
            if (entries[i].Length > LongEntry)
                entries.RemoveAt(i);
        }

        while (Length(entries) > MaximumLength)
            entries.RemoveAt(entries.Count - 1);
        return entries.Count == 0 ? null : string.Join(',', entries);
    }

    private static bool IsEntry(string entry) => entry.IndexOf('=', StringComparison.Ordinal) > 0 && Ascii.IsValid(entry) && !entry.Any(char.IsControl);

    private static int Length(List<string> entries) => entries.Sum(entry => entry.Length) + Math.Max(0, entries.Count - 1);
}
