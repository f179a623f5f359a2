namespace OrderSystem.EventSources.Streams;

/// <summary>A part of a batch that still has to be handed over.</summary>
/// <param name="Records">Its records, in order.</param>
/// <param name="Attempts">Failed invocations that count towards the retry quota.</param>
/// <param name="Invocations">All invocations it took part in.</param>
internal sealed record BatchPart(List<PendingRecord> Records, int Attempts = 0, int Invocations = 0)
{
    /// <summary>Times it could not be handed over since it was last.</summary>
    public int Obstacles { get; init; }

    /// <summary>The last invocation; empty before the first.</summary>
    public string LastRequestId { get; init; } = "";

    /// <summary>How it failed; null where it answered.</summary>
    public string? LastFunctionError { get; init; }

    public string First => Records[0].Record.SequenceNumber;

    /// <summary>Splits what failed, in order; null where there is nothing to split. Splitting spends no attempt.</summary>
    /// <param name="at">How many records go by themselves; without a number it is halves.</param>
    public (BatchPart First, BatchPart Second)? Split(int? at = null)
    {
        if (Records.Count == 1)
            return null;
        var count = at ?? (Records.Count + 1) / 2;
        return (this with { Records = Records[..count] }, this with { Records = Records[count..] });
    }
}
