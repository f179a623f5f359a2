namespace OrderSystem.EventSources.Streams;

/// <summary>A part of a batch, or a whole batch, that is still to be delivered.</summary>
/// <param name="Records">The records of the part, in order.</param>
/// <param name="Attempts">The number of failed invocations with these records that count as attempts.</param>
/// <param name="Invocations">The total number of failed invocations with these records.</param>
internal sealed record BatchPart(List<PendingRecord> Records, int Attempts = 0, int Invocations = 0)
{
    /// <summary>The number of consecutive times that the function could not be invoked with this part.</summary>
    public int Obstacles { get; init; }

    /// <summary>The request id of the last invocation; empty before the first invocation.</summary>
    public string LastRequestId { get; init; } = "";

    /// <summary>The error of the last invocation; null if the function returned a response.</summary>
    public string? LastFunctionError { get; init; }

    public string First => Records[0].Record.SequenceNumber;

    /// <summary>
    /// Splits a failed part in two; returns null if the part has only one record. A split does not count as an attempt.
    /// </summary>
    /// <param name="at">The number of records in the first part; null means half.</param>
    public (BatchPart First, BatchPart Second)? Split(int? at = null)
    {
        if (Records.Count == 1)
            return null;
        var count = at ?? (Records.Count + 1) / 2;
        return (this with { Records = Records[..count] }, this with { Records = Records[count..] });
    }
}
