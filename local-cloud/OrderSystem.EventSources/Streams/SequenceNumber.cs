namespace OrderSystem.EventSources.Streams;

/// <summary>Compares sequence numbers: decimal numbers of up to 40 digits, with or without leading zeros.</summary>
public static class SequenceNumber
{
    /// <summary>Compares two sequence numbers by value.</summary>
    public static int Compare(string left, string right)
    {
        var a = left.AsSpan().TrimStart('0');
        var b = right.AsSpan().TrimStart('0');
        return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
    }
}
