using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>The observable outcome of one record.</summary>
internal sealed class Fate(ScriptedShard shard, StreamRecord record, bool isWanted)
{
    public ScriptedShard Shard { get; } = shard;

    public StreamRecord Record { get; } = record;

    /// <summary>The record passes the filter and was written after the mapping began.</summary>
    public bool IsWanted { get; } = isWanted;

    /// <summary>The function processed the record.</summary>
    public bool Succeeded { get; set; }

    /// <summary>The on-failure destination received the record.</summary>
    public bool IsParked { get; set; }

    /// <summary>The stream let go of it: it may still be handed over, if it was read before.</summary>
    public bool IsTrimmed { get; set; }

    /// <summary>A checkpoint covers the record.</summary>
    public bool IsRemembered { get; set; }

    /// <summary>One said so once: whether or not it comes again, as keys are spread anew, is all the same.</summary>
    public bool WasRemembered { get; set; }

    /// <summary>What was done with it was not remembered when the process was killed: it comes again.</summary>
    public bool MayComeAgain { get; set; }

    /// <summary>Invocations of this process that did not take it, throttles included.</summary>
    public bool WasTried { get; set; }

    /// <summary>Invocations of this process that failed for it or for a batch that it was in.</summary>
    public int Failures { get; set; }

    /// <summary>Those of them in which it was the one that stood in the way, and could not be split off.</summary>
    public int Attempts { get; set; }

    public bool IsDealtWith => Succeeded || IsParked || IsTrimmed || WasRemembered || !IsWanted;

    public string Name => ScriptedStream.NameOf(Record);

    /// <summary>A new process begins with its counts at zero.</summary>
    public void Restart() => (WasTried, Failures, Attempts) = (false, 0, 0);

    /// <summary>The record is delivered again and must be processed again.</summary>
    public void ComeAgain() => (Succeeded, IsParked, MayComeAgain) = (false, false, false);
}
