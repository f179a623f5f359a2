using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.Tests.EventSources.Model;

/// <summary>
/// What the contract says of everything that is seen from outside a mapping: records written, invocations, parked batches. It
/// knows nothing of how the mapping works.
/// </summary>
internal sealed class MappingOracle(VirtualTime time, EventSourceMappingConfiguration configuration, Func<StreamRecord, bool> passes)
{
    private readonly Dictionary<string, Fate> _bySequence = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Fate>> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Fate>> _byShard = new(StringComparer.Ordinal);

    public List<string> Faults { get; } = [];

    public bool AllDealtWith => _bySequence.Values.All(fate => fate.IsDealtWith);

    private sealed class Fate(StreamRecord record)
    {
        public StreamRecord Record { get; } = record;

        public bool Succeeded { get; set; }

        public bool IsParked { get; set; }

        /// <summary>Invocations in which it was the first that was not taken.</summary>
        public int Failures { get; set; }

        public bool IsDealtWith => Succeeded || IsParked;
    }

    public void Written(ScriptedShard shard, StreamRecord record)
    {
        if (!passes(record))
            return;
        var fate = new Fate(record);
        _bySequence.Add(record.SequenceNumber, fate);
        Of(_byKey, record.Key).Add(fate);
        Of(_byShard, shard.Id).Add(fate);
    }

    /// <summary>An invocation begins: of every key, all that came before must be dealt with by now, or stand before it in the batch.</summary>
    public void Entered(FunctionCall call)
    {
        if (call.Identifiers.Count is 0 || call.Identifiers.Count > configuration.BatchSize)
            Faults.Add($"{call.RequestId} has {call.Identifiers.Count} records");
        var before = new HashSet<Fate>();
        foreach (var identifier in call.Identifiers)
        {
            if (!_bySequence.TryGetValue(identifier, out var fate))
            {
                Faults.Add($"{call.RequestId} has record {identifier}, which no filter lets through");
                continue;
            }

            var skipped = _byKey[fate.Record.Key].TakeWhile(other => other != fate).FirstOrDefault(other => !other.IsDealtWith && !before.Contains(other));
            if (skipped is not null)
                Faults.Add($"{call.RequestId} has {ScriptedStream.NameOf(fate.Record)} of {fate.Record.Key} before {ScriptedStream.NameOf(skipped.Record)}");
            if (configuration.MaximumRecordAge is { } age && fate.Record.CreatedAt < time.GetUtcNow() - age)
                Faults.Add($"{call.RequestId} has {ScriptedStream.NameOf(fate.Record)}, which is too old");
            before.Add(fate);
        }
    }

    /// <summary>An invocation ends: what it took is dealt with, whether or not the mapping lives to learn of it.</summary>
    public InvocationOutcome Answered(FunctionCall call, InvocationOutcome outcome)
    {
        var fates = call.Identifiers.Where(_bySequence.ContainsKey).Select(identifier => _bySequence[identifier]).ToList();
        var taken = outcome switch
        {
            InvocationOutcome.Answered answered => Taken(call, answered),
            InvocationOutcome.Failed => 0,
            _ => -1,
        };
        foreach (var fate in fates.Take(taken))
            fate.Succeeded = true;
        if (taken >= 0 && taken < fates.Count)
        {
            // A whole batch failed: each of it may be the one that bisecting isolates later.
            foreach (var fate in taken == 0 ? fates : fates.Skip(taken).Take(1))
                fate.Failures++;
        }

        return outcome;
    }

    public void Parked(ReadOnlyMemory<byte> json)
    {
        var record = JsonNode.Parse(json.Span)!;
        var info = record["DDBStreamBatchInfo"]!;
        var (first, last, count) = ((string)info["startSequenceNumber"]!, (string)info["endSequenceNumber"]!, (int)info["batchSize"]!);
        var lane = LaneAssignment.LaneOf(_bySequence[first].Record.Key, configuration.ParallelizationFactor);
        var range = Of(_byShard, (string)info["shardId"]!)
            .Where(fate => SequenceNumber.Compare(fate.Record.SequenceNumber, first) >= 0 && SequenceNumber.Compare(fate.Record.SequenceNumber, last) <= 0)
            .Where(fate => LaneAssignment.LaneOf(fate.Record.Key, configuration.ParallelizationFactor) == lane)
            .ToList();
        if (range.Count != count)
            Faults.Add($"the parked range {first} to {last} has {range.Count} records, not {count}");
        switch ((string?)record["requestContext"]!["condition"])
        {
            case "RetryAttemptsExhausted":
                CheckRetries(range);
                break;
            case "RecordAgeExceeded":
                if (range.Exists(fate => configuration.MaximumRecordAge is not { } age || fate.Record.CreatedAt >= time.GetUtcNow() - age))
                    Faults.Add($"{first} is parked for an age it has not");
                break;
            default:
                Faults.Add($"{first} is parked for no reason known");
                break;
        }

        range.ForEach(fate => fate.IsParked = true);
    }

    public void CheckEverythingDealtWith() =>
        Faults.AddRange(_bySequence.Values.Where(fate => !fate.IsDealtWith).Select(fate => $"{ScriptedStream.NameOf(fate.Record)} is neither taken nor parked"));

    private void CheckRetries(List<Fate> range)
    {
        if (configuration.MaximumRetryAttempts < 0)
            Faults.Add("a batch is parked although retries are unlimited");
        if (configuration.BisectBatchOnFunctionError && range.Count != 1)
            Faults.Add($"{range.Count} records are parked together although batches are split");
        if (range[0].Failures < 1 + configuration.MaximumRetryAttempts)
            Faults.Add($"{ScriptedStream.NameOf(range[0].Record)} is parked after {range[0].Failures} failures");
    }

    private int Taken(FunctionCall call, InvocationOutcome.Answered answered)
    {
        if (!configuration.ReportBatchItemFailures)
            return call.Identifiers.Count;
        var failures = JsonNode.Parse(answered.Payload.Span)?["batchItemFailures"]?.AsArray().Select(failure => (string?)failure!["itemIdentifier"]).ToList() ?? [];
        if (failures.Exists(failure => !call.Identifiers.Contains(failure)))
            return 0;
        return failures.Count == 0 ? call.Identifiers.Count : failures.Min(failure => call.Identifiers.ToList().IndexOf(failure!));
    }

    private static List<Fate> Of(Dictionary<string, List<Fate>> groups, string name)
    {
        if (!groups.TryGetValue(name, out var group))
            groups.Add(name, group = []);
        return group;
    }
}
