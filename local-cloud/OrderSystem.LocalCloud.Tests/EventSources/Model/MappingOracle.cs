using System.Text.Json.Nodes;
using OrderSystem.EventSources;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.EventSources.Functions;
using OrderSystem.EventSources.Streams;
using OrderSystem.EventSources.Testing;

namespace OrderSystem.LocalCloud.Tests.EventSources.Model;

/// <summary>
/// Checks that a mapping follows the rules in <c>docs/event-source-mapping.md</c>. The oracle observes only the written
/// records, the invocations, the parked batches and the checkpoints, and does not depend on how the mapping is implemented.
/// </summary>
internal sealed class MappingOracle(VirtualTime time, TimeSpan? retention, Func<StreamRecord, bool> passes)
{
    private readonly Dictionary<string, Fate> _bySequence = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Fate>> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Fate>> _byShard = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ShardCheckpoint> _saved = new(StringComparer.Ordinal);
    private readonly HashSet<FunctionCall> _running = [];

    // The windows whose final invocation succeeded. A window's value is true once a checkpoint records that the window has ended.
    private readonly Dictionary<(string ShardId, DateTimeOffset Start), bool> _ended = [];
    private EventSourceMappingConfiguration _configuration = new();
    private Mapping _mapping = Mapping.Stopped;

    private enum Mapping
    {
        Running,
        Stopped,
        Killed,
    }

    public List<string> Faults { get; } = [];

    public bool AllDealtWith => _bySequence.Values.All(fate => fate.IsDealtWith);

    /// <summary>Records that the mapping's source starts with the given configuration.</summary>
    public void Started(EventSourceMappingConfiguration configuration)
    {
        foreach (var fate in _bySequence.Values)
        {
            fate.Restart();
            // A new parallelization factor assigns the keys to different lanes, so only records that all lanes had passed
            // still count as completed.
            if (configuration.ParallelizationFactor != _configuration.ParallelizationFactor && !IsBehindAllLanes(fate))
                (fate.IsRemembered, fate.MayComeAgain) = (false, true);
        }

        (_configuration, _mapping) = (configuration, Mapping.Running);
    }

    /// <summary>Records that the mapping has stopped. No invocation may begin until the mapping starts again.</summary>
    public void Stopped() => _mapping = Mapping.Stopped;

    /// <summary>
    /// Marks the mapping's process as killed. Any record that no checkpoint covers may be delivered again, and the results of
    /// running invocations are lost.
    /// </summary>
    public void Killed()
    {
        _mapping = Mapping.Killed;
        _running.Clear();
        foreach (var window in _ended.Where(window => !window.Value).Select(window => window.Key).ToList())
            _ended.Remove(window);
        foreach (var fate in _bySequence.Values.Where(fate => !fate.IsRemembered))
            fate.MayComeAgain = true;
    }

    /// <param name="shard">The shard to which the record was written.</param>
    /// <param name="record">The record that was written.</param>
    /// <param name="isBefore">Whether the record was written before the start of a mapping whose starting position is
    /// LATEST.</param>
    public void Written(ScriptedShard shard, StreamRecord record, bool isBefore)
    {
        var fate = new Fate(shard, record, !isBefore && passes(record));
        _bySequence.Add(record.SequenceNumber, fate);
        Of(_byKey, record.Key).Add(fate);
        Of(_byShard, shard.Id).Add(fate);
    }

    /// <summary>Records that the stream has trimmed the oldest records of a shard.</summary>
    public void Trimmed(ScriptedShard shard, int count)
    {
        foreach (var record in shard.Records.Take(count))
            _bySequence[record.SequenceNumber].IsTrimmed = true;
    }

    /// <summary>
    /// Checks an invocation as it begins. For each record in the batch, all earlier records with the same key must have been
    /// completed, or must precede the record in the batch.
    /// </summary>
    public void Entered(FunctionCall call)
    {
        // The process that sent this invocation has been killed. Ignore the invocation, because its result is lost.
        if (_mapping == Mapping.Killed)
            return;
        if (_mapping == Mapping.Stopped)
            Faults.Add($"invocation {call.RequestId} begins although the mapping is stopped");
        if (call.Identifiers.Count == 0)
        {
            WindowEnds(call);
            _running.Add(call);
            return;
        }

        if (call.Identifiers.Count > _configuration.BatchSize)
            Faults.Add($"invocation {call.RequestId} has {call.Identifiers.Count} records, more than the batch size {_configuration.BatchSize}");
        var fates = call.Identifiers.Select(identifier => _bySequence[identifier]).ToList();
        var before = new HashSet<Fate>();
        foreach (var fate in fates)
        {
            CheckWhetherItMayCome(call, fate);
            var skipped = _byKey[fate.Record.Key].TakeWhile(other => other != fate).FirstOrDefault(other => !other.IsDealtWith && !before.Contains(other));
            if (skipped is not null)
                Faults.Add($"invocation {call.RequestId} has record {fate.Name} with key {fate.Record.Key} before the earlier record {skipped.Name}");
            if (_byKey[fate.Record.Key].SkipWhile(other => other != fate).Skip(1).FirstOrDefault(other => other is { Succeeded: true, MayComeAgain: false }) is { } overtaken)
                Faults.Add($"invocation {call.RequestId} has record {fate.Name} with key {fate.Record.Key} after the later record {overtaken.Name}");
            before.Add(fate);
        }

        CheckConcurrency(call, fates);
        _running.Add(call);
    }

    /// <summary>Records the outcome of an invocation, unless the process that waited for it has been killed.</summary>
    public InvocationOutcome Answered(FunctionCall call, InvocationOutcome outcome)
    {
        if (!_running.Remove(call))
            return outcome;
        if (call.Identifiers.Count == 0)
        {
            if (outcome is InvocationOutcome.Answered)
                _ended[Window(call)] = false;
            return outcome;
        }

        var fates = call.Identifiers.Select(identifier => _bySequence[identifier]).ToList();
        var taken = Taken(call, outcome);
        foreach (var fate in fates.Take(taken))
            fate.Succeeded = true;
        if (taken == fates.Count)
            return outcome;
        foreach (var fate in fates.Skip(taken))
            fate.WasTried = true;
        if (outcome is not InvocationOutcome.NotInvoked)
            Failed(fates, taken);
        return outcome;
    }

    public void Parked(ReadOnlyMemory<byte> json)
    {
        var record = JsonNode.Parse(json.Span)!;
        var info = record["DDBStreamBatchInfo"]!;
        var (first, last, count) = ((string)info["startSequenceNumber"]!, (string)info["endSequenceNumber"]!, (int)info["batchSize"]!);
        var lane = Lane(_bySequence[first]);
        var range = Of(_byShard, (string)info["shardId"]!)
            .Where(fate => fate.IsWanted && Lane(fate) == lane)
            .Where(fate => SequenceNumber.Compare(fate.Record.SequenceNumber, first) >= 0 && SequenceNumber.Compare(fate.Record.SequenceNumber, last) <= 0)
            .ToList();
        // Trimmed records may be missing from the batch, because the mapping may not have read them.
        if (count > range.Count || count < range.Count(fate => !fate.IsTrimmed))
            Faults.Add($"the parked range {first} to {last} contains {range.Count} records, but its batchSize is {count}");
        range.ForEach(fate => CheckRepeat("the dead letter", fate));

        switch ((string?)record["requestContext"]!["condition"])
        {
            case "RetryAttemptsExhausted":
                CheckRetries(range);
                break;
            case "RecordAgeExceeded":
                if (range.Exists(fate => !IsTooOld(fate)))
                    Faults.Add($"{first} is parked with RecordAgeExceeded, but not all of its records are too old");
                break;
            default:
                Faults.Add($"{first} is parked with an unknown condition");
                break;
        }

        range.ForEach(fate => fate.IsParked = true);
    }

    /// <summary>
    /// Checks a checkpoint before it is saved. A checkpoint must cover only completed records, and its position must not
    /// be before that of the previous checkpoint.
    /// </summary>
    public void Saving(ShardCheckpoint checkpoint)
    {
        if (Covered(checkpoint).FirstOrDefault(fate => !fate.IsDealtWith) is { } skipped)
            Faults.Add($"a checkpoint covers {skipped.Name}, which is not completed");
        if (_saved.TryGetValue(checkpoint.ShardId, out var before) && before.After is not null
            && (checkpoint.After is null || SequenceNumber.Compare(checkpoint.After, before.After) < 0))
            Faults.Add($"a checkpoint of {checkpoint.ShardId} goes back from {before.After} to {checkpoint.After}");
    }

    /// <summary>Remembers a saved checkpoint. The records that the checkpoint covers must not be delivered again.</summary>
    public void Saved(ShardCheckpoint checkpoint)
    {
        _saved[checkpoint.ShardId] = checkpoint;
        foreach (var window in _ended.Keys.Where(window => window.ShardId == checkpoint.ShardId && window.Start != checkpoint.Window?.Start).ToList())
            _ended[window] = true;
        foreach (var fate in Covered(checkpoint))
        {
            // The record was processed before a kill and trimmed before it could be delivered again, so no window's state
            // includes it.
            if (fate is { MayComeAgain: true, IsTrimmed: true })
                fate.Succeeded = false;
            (fate.IsRemembered, fate.WasRemembered, fate.MayComeAgain) = (true, true, false);
        }
    }

    /// <summary>Checks at the end of a schedule that every record was completed and that a checkpoint covers it.</summary>
    public void CheckEverythingDealtWith()
    {
        Faults.AddRange(_bySequence.Values.Where(fate => !fate.IsDealtWith).Select(fate => $"{fate.Name} was neither processed nor parked"));
        var remembered = _saved.Values.SelectMany(Covered).ToHashSet();
        Faults.AddRange(_bySequence.Values.Where(fate => fate.IsWanted && !fate.IsTrimmed && !remembered.Contains(fate)).Select(fate => $"no checkpoint covers {fate.Name}"));
    }

    private void CheckWhetherItMayCome(FunctionCall call, Fate fate)
    {
        if (!fate.IsWanted)
            Faults.Add($"invocation {call.RequestId} has {fate.Name}, which the mapping must not deliver");
        CheckRepeat($"invocation {call.RequestId}", fate);
        if (fate.Record.CreatedAt < time.GetUtcNow() - _configuration.MaximumRecordAge)
            Faults.Add($"invocation {call.RequestId} has {fate.Name}, which is older than the maximum record age");
        if (fate.WasTried && fate.Record.CreatedAt < time.GetUtcNow() - retention)
            Faults.Add($"invocation {call.RequestId} retries {fate.Name}, which is older than the stream's retention");
    }

    private void CheckRepeat(string what, Fate fate)
    {
        if (fate is { MayComeAgain: false } and ({ Succeeded: true } or { IsParked: true }))
            Faults.Add($"{what} has {fate.Name}, which was already processed or parked");
        fate.ComeAgain();
    }

    private void CheckConcurrency(FunctionCall call, List<Fate> fates)
    {
        var others = _running.SelectMany(running => running.Identifiers.Select(identifier => (running, Fate: _bySequence[identifier]))).ToList();
        if (others.FirstOrDefault(other => fates.Exists(fate => fate.Record.Key == other.Fate.Record.Key)) is { Fate: { } same })
            Faults.Add($"invocation {call.RequestId} has key {same.Record.Key} while another invocation with that key is running");
        if (others.Where(other => other.Fate.Shard == fates[0].Shard).Select(other => other.running).Distinct().Count() >= _configuration.ParallelizationFactor)
            Faults.Add($"invocation {call.RequestId} exceeds the parallelization factor of shard {fates[0].Shard.Id}");
    }

    /// <summary>
    /// Checks a window's final invocation. All records of the window must have been completed, and the window's state must count
    /// each processed record once.
    /// </summary>
    private void WindowEnds(FunctionCall call)
    {
        var (shardId, start) = Window(call);
        var end = (DateTimeOffset)call.Event["window"]!["end"]!;
        if (_ended.ContainsKey((shardId, start)))
            Faults.Add($"the window {start:T} of {shardId} ends a second time");
        var own = Of(_byShard, shardId).Where(fate => fate.IsWanted && fate.Record.CreatedAt >= start && fate.Record.CreatedAt < end).ToList();
        if (own.Find(fate => !fate.IsDealtWith) is { } missing)
            Faults.Add($"the window of {missing.Name} ends before that record is completed");
        // Trimmed records count only if they were processed.
        var (state, taken) = ((int?)call.Event["state"]!["n"] ?? 0, own.Count(fate => fate.Succeeded));
        if (state != taken)
            Faults.Add($"the window {start:T} of {shardId} ends with {state} records in its state, but {taken} were processed");
    }

    private static (string ShardId, DateTimeOffset Start) Window(FunctionCall call) => ((string)call.Event["shardId"]!, (DateTimeOffset)call.Event["window"]!["start"]!);

    private void Failed(List<Fate> fates, int taken)
    {
        // If the whole batch failed, any record in the batch may be the one that bisecting isolates later.
        foreach (var fate in taken == 0 ? fates : fates.Skip(taken).Take(1))
            fate.Failures++;
        var first = fates[taken];
        if (_configuration.BisectBatchOnFunctionError && fates.Count > 1)
            return;
        first.Attempts++;
        if (_configuration.MaximumRetryAttempts >= 0 && first.Attempts > 1 + _configuration.MaximumRetryAttempts)
            Faults.Add($"{first.Name} was attempted {first.Attempts} times, more than the retries allow");
    }

    private void CheckRetries(List<Fate> range)
    {
        if (_configuration.MaximumRetryAttempts < 0)
            Faults.Add("a batch is parked although retries are unlimited");
        if (_configuration.BisectBatchOnFunctionError && range.Count != 1)
            Faults.Add($"{range.Count} records are parked together although batches are split");
        if (range.Count > 0 && range[0].Failures < 1 + _configuration.MaximumRetryAttempts)
            Faults.Add($"{range[0].Name} is parked after only {range[0].Failures} failures");
    }

    private bool IsTooOld(Fate fate) =>
        fate.Record.CreatedAt < time.GetUtcNow() - _configuration.MaximumRecordAge
        || (fate.WasTried && fate.Record.CreatedAt < time.GetUtcNow() - retention);

    /// <summary>Returns how many records, counted from the start of its batch, an invocation has processed.</summary>
    private int Taken(FunctionCall call, InvocationOutcome outcome)
    {
        if (outcome is not InvocationOutcome.Answered answered)
            return 0;
        var answer = JsonNode.Parse(answered.Payload.Span);
        if (_configuration.TumblingWindow > TimeSpan.Zero && answer?["state"] is null)
            return 0;
        if (!_configuration.ReportBatchItemFailures)
            return call.Identifiers.Count;
        var failures = answer?["batchItemFailures"]?.AsArray().Select(failure => (string)failure!["itemIdentifier"]!).ToList() ?? [];
        var identifiers = call.Identifiers.ToList();
        return failures.Count == 0 ? identifiers.Count : failures.Min(identifiers.IndexOf) is var lowest and >= 0 ? lowest : 0;
    }

    private IEnumerable<Fate> Covered(ShardCheckpoint checkpoint) => Of(_byShard, checkpoint.ShardId).Where(fate => checkpoint.Finished
        || IsAtOrBefore(fate, checkpoint.After)
        || (checkpoint.Lanes is { } lanes && IsAtOrBefore(fate, lanes[LaneAssignment.LaneOf(fate.Record.Key, lanes.Count)])));

    private bool IsBehindAllLanes(Fate fate) => _saved.TryGetValue(fate.Shard.Id, out var saved) && (saved.Finished || IsAtOrBefore(fate, saved.After));

    private static bool IsAtOrBefore(Fate fate, string? position) => position is not null && SequenceNumber.Compare(fate.Record.SequenceNumber, position) <= 0;

    private int Lane(Fate fate) => LaneAssignment.LaneOf(fate.Record.Key, _configuration.ParallelizationFactor);

    private static List<Fate> Of(Dictionary<string, List<Fate>> groups, string name)
    {
        if (!groups.TryGetValue(name, out var group))
            groups.Add(name, group = []);
        return group;
    }
}
