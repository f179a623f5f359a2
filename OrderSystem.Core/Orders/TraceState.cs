using System.Text;

namespace OrderSystem.Core.Orders;

/// <summary>The <c>tracestate</c> of W3C Trace Context, which any client may send.</summary>
public static class TraceState
{
    /// <summary>The most characters kept; the specification has vendors pass on at least as many.</summary>
    public const int MaximumLength = 512;

    // The specification has longer entries removed first.
    private const int LongEntry = 128;

    /// <summary>
    /// Cuts a list of entries to <see cref="MaximumLength"/>: long entries go first, then those at the end, and always those
    /// that no header can carry on.
    /// </summary>
    /// <param name="traceState">The list as it came; null where none did.</param>
    /// <returns>The list, whole entries only; null where nothing is left.</returns>
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
