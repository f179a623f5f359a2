using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>The outcome of one stream record so far, as observed from outside the mapping.</summary>
internal sealed class Fate(ScriptedShard shard, StreamRecord record, bool isWanted)
{
    public ScriptedShard Shard { get; } = shard;

    public StreamRecord Record { get; } = record;

    /// <summary>
    /// Whether the mapping must process the record: it passes the filter and is not older than the mapping's starting
    /// position.
    /// </summary>
    public bool IsWanted { get; } = isWanted;

    /// <summary>Whether the function has processed the record.</summary>
    public bool Succeeded { get; set; }

    /// <summary>Whether the on-failure destination has received the record.</summary>
    public bool IsParked { get; set; }

    /// <summary>
    /// Whether the stream has trimmed the record. The record may still be delivered if the mapping read the record before it was
    /// trimmed.
    /// </summary>
    public bool IsTrimmed { get; set; }

    /// <summary>Whether the current checkpoint of the shard covers the record.</summary>
    public bool IsRemembered { get; set; }

    /// <summary>
    /// Whether any checkpoint has ever covered the record. After a change of the parallelization factor, a record that was once
    /// covered may be delivered again, but need not be.
    /// </summary>
    public bool WasRemembered { get; set; }

    /// <summary>
    /// Whether the record may be delivered again although it was processed or parked, because no current checkpoint
    /// covers it.
    /// </summary>
    public bool MayComeAgain { get; set; }

    /// <summary>
    /// Whether an invocation since the mapping's latest start has failed to process the record. Throttled invocations count as
    /// failed.
    /// </summary>
    public bool WasTried { get; set; }

    /// <summary>
    /// The number of invocations since the mapping's latest start that failed because of the record or its whole batch.
    /// </summary>
    public int Failures { get; set; }

    /// <summary>
    /// The number of failed invocations since the mapping's latest start in which this record was the first to fail and the
    /// batch could not be bisected.
    /// </summary>
    public int Attempts { get; set; }

    public bool IsDealtWith => Succeeded || IsParked || IsTrimmed || WasRemembered || !IsWanted;

    public string Name => ScriptedStream.NameOf(Record);

    /// <summary>
    /// Resets the failure counts, because a mapping does not remember failures from before its latest start.
    /// </summary>
    public void Restart() => (WasTried, Failures, Attempts) = (false, 0, 0);

    /// <summary>Clears the record's outcome, because the record is about to be delivered or parked again.</summary>
    public void ComeAgain() => (Succeeded, IsParked, MayComeAgain) = (false, false, false);
}
