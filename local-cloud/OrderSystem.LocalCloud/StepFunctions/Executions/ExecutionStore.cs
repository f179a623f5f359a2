using System.Collections.Concurrent;
using OrderSystem.LocalCloud.StepFunctions.MapRuns;
using OrderSystem.LocalCloud.StepFunctions.StateMachines;
using OrderSystem.LocalCloud.StepFunctions.Storage;
using OrderSystem.StatesLanguage.History;

namespace OrderSystem.LocalCloud.StepFunctions.Executions;

/// <summary>
/// Stores the executions. Keeps running executions and the most recently closed executions in memory. If there is a data folder,
/// all executions are also on disk, and executions that are no longer in memory are read from there.
/// </summary>
internal sealed class ExecutionStore(LocalCloudOptions options, StepFunctionsDatabaseProvider provider, ResourceStore resources, StateMachineRegistry machines, MapRunStore mapRuns)
{
    private const string Insert = "INSERT OR REPLACE INTO executions (sequence, arn, owner, running, document) VALUES ((SELECT sequence FROM executions WHERE arn = ?1), ?1, ?2, ?3, ?4)";
    private const string DeleteEvents = "DELETE FROM events WHERE arn = ?1";
    private const string InsertEvent = "INSERT OR REPLACE INTO events (arn, id, event) VALUES (?1, ?2, ?3)";

    private readonly ConcurrentDictionary<string, ExecutionRecord> _byArn = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LinkedList<ExecutionRecord>> _byOwner = new(StringComparer.Ordinal);
    private readonly Queue<(ExecutionRecord Record, int Size)> _closed = new();
    private long _sequence;
    private long _closedSize;

    private StepFunctionsDatabase? Database => provider.Database;

    public ExecutionRecord? Find(string arn) => _byArn.GetValueOrDefault(arn) ?? FindOnDisk(arn);

    /// <summary>Adds an execution, or returns the existing execution with the same ARN.</summary>
    public ExecutionRecord GetOrAdd(ExecutionRecord record)
    {
        if (_byArn.TryGetValue(record.Arn, out var known) || (known = FindOnDisk(record.Arn)) is not null)
            return known;
        var existing = _byArn.GetOrAdd(record.Arn, record);
        if (!ReferenceEquals(existing, record))
            return existing;
        Enlist(record);
        Save(record);
        return record;
    }

    /// <summary>Replaces the closed execution that has the same ARN, and deletes the closed execution's history.</summary>
    public void Replace(ExecutionRecord record)
    {
        if (_byArn.TryGetValue(record.Arn, out var closed))
            Forget(closed);
        _byArn[record.Arn] = record;
        Enlist(record);
        Database?.Write(DeleteEvents, record.Arn);
        Save(record);
    }

    /// <summary>Loads a closed execution with its history into memory, unless the execution is already in memory.</summary>
    public ExecutionRecord Recall(ExecutionRecord record)
    {
        if (_byArn.TryGetValue(record.Arn, out var known))
            return known;
        foreach (var historyEvent in LoadHistory(record.Arn))
            record.Append(historyEvent);
        known = _byArn.GetOrAdd(record.Arn, record);
        if (ReferenceEquals(known, record))
            Enlist(record);
        return known;
    }

    /// <summary>Returns the history of an execution, from memory or from disk.</summary>
    public HistoryEvent[] History(ExecutionRecord record) => record.History() is { Length: > 0 } known ? known : [.. LoadHistory(record.Arn)];

    /// <summary>Returns the journal to which an execution's history is written.</summary>
    public IExecutionJournal Journal(ExecutionRecord record) => Database is null ? new MemoryJournal(record) : new DurableJournal(record, Database);

    /// <summary>Saves an execution, without its history.</summary>
    public void Save(ExecutionRecord record) =>
        Database?.Write(Insert, record.Arn, Owner(record), record.IsRunning ? 1 : 0, ExecutionDocument.Write(record));

    /// <summary>Waits until all earlier changes are on disk.</summary>
    public ValueTask FlushAsync() => Database?.FlushAsync() ?? ValueTask.CompletedTask;

    /// <summary>
    /// Saves a closed execution. Then evicts closed executions from memory, oldest first, until the retention limits are met.
    /// </summary>
    public async ValueTask ClosedAsync(ExecutionRecord record)
    {
        Save(record);
        // An execution must not be evicted while the data on disk still shows it as running.
        await FlushAsync();
        var size = record.Size;
        // The lock keeps executions that close at the same time from evicting more than necessary.
        lock (_closed)
        {
            _closed.Enqueue((record, size));
            _closedSize += size;
            while (_closed.Count > options.RetainedExecutions || _closedSize > options.RetainedBytes)
            {
                var oldest = _closed.Dequeue();
                _closedSize -= oldest.Size;
                if (!oldest.Record.IsRunning)
                    Forget(oldest.Record);
            }
        }
    }

    /// <summary>
    /// Returns one page of the executions of a state machine or a map run, newest first. Also returns the position after which
    /// the next page begins; this position is null if there is no next page.
    /// </summary>
    /// <param name="owner">The ARN of the state machine or the map run.</param>
    /// <param name="filter">The conditions that the executions must meet.</param>
    /// <param name="before">The position after which the page begins.</param>
    /// <param name="count">The maximum number of executions.</param>
    public (IEnumerable<ExecutionRecord> Page, long? Next) List(string owner, ExecutionFilter filter, long before, int count)
    {
        var found = Database is null
            ? [.. InMemory(owner).Where(record => record.Sequence < before && filter.Accepts(record)).Take(count + 1).Select(record => (Place: record.Sequence, Record: record))]
            : ListOnDisk(owner, filter, before, count + 1);
        // Filter again, because an execution in memory may have changed since it was written to disk.
        return (found.Take(count).Select(entry => entry.Record).Where(filter.Accepts), found.Count > count ? found[count - 1].Place : null);
    }

    /// <summary>Returns those executions of a state machine or a map run that are in memory, newest first.</summary>
    public IReadOnlyList<ExecutionRecord> InMemory(string owner)
    {
        if (!_byOwner.TryGetValue(owner, out var list))
            return [];
        lock (list)
            return [.. list];
    }

    /// <summary>Loads the executions that were running when the previous process ended, with their histories.</summary>
    public IReadOnlyList<ExecutionRecord> LoadRunning()
    {
        var running = new List<ExecutionRecord>();
        foreach (var record in Database?.Read("SELECT arn, document FROM executions WHERE running = 1 ORDER BY sequence", row => Read(row.GetString(0), row.GetBytes(1))) ?? [])
        {
            foreach (var historyEvent in LoadHistory(record.Arn))
                record.Append(historyEvent);
            // The process ended after the execution's last event was written, but before the execution was saved as closed.
            if (record.EndAsRecorded())
            {
                Save(record);
            }
            else if (_byArn.TryAdd(record.Arn, record))
            {
                Enlist(record);
                running.Add(record);
            }
        }

        return running;
    }

    private static string Owner(ExecutionRecord record) => record.MapRunArn ?? record.StateMachine.Arn;

    private void Enlist(ExecutionRecord record)
    {
        record.Sequence = Interlocked.Increment(ref _sequence);
        while (true)
        {
            var list = _byOwner.GetOrAdd(Owner(record), static _ => new LinkedList<ExecutionRecord>());
            lock (list)
            {
                // The list may have been removed in the meantime because it was empty: use a new list.
                if (!_byOwner.TryGetValue(Owner(record), out var known) || known != list)
                    continue;
                record.Listing = list.AddFirst(record);
                return;
            }
        }
    }

    private void Forget(ExecutionRecord record)
    {
        if (!_byArn.TryRemove(KeyValuePair.Create(record.Arn, record)))
            return;
        mapRuns.Forget(record.Arn);
        if (!_byOwner.TryGetValue(Owner(record), out var list))
            return;
        lock (list)
        {
            if (record.Listing is { } node)
                list.Remove(node);
            record.Listing = null;
            if (list.Count == 0)
                _byOwner.TryRemove(KeyValuePair.Create(Owner(record), list));
        }
    }

    private IReadOnlyList<(long Place, ExecutionRecord Record)> ListOnDisk(string owner, ExecutionFilter filter, long before, int count)
    {
        var (condition, values) = filter.ToSql(firstParameter: 4);
        return Database!.Read(
            $"SELECT sequence, arn, document FROM executions WHERE owner = ?1 AND sequence < ?2{condition} ORDER BY sequence DESC LIMIT ?3",
            row => (row.GetInt64(0), _byArn.GetValueOrDefault(row.GetString(1)) ?? Read(row.GetString(1), row.GetBytes(2))),
            [owner, before, count, .. values]);
    }

    private ExecutionRecord? FindOnDisk(string arn)
    {
        var found = Database?.Read("SELECT document FROM executions WHERE arn = ?1", row => Read(arn, row.GetBytes(0)), arn) ?? [];
        return found is [var record] ? record : null;
    }

    private IReadOnlyList<HistoryEvent> LoadHistory(string arn) =>
        Database?.Read("SELECT event FROM events WHERE arn = ?1 ORDER BY id", row => HistoryEventCodec.Read(row.GetBytes(0)), arn) ?? [];

    private ExecutionRecord Read(string arn, byte[] document) => ExecutionDocument.Read(arn, document, (machineArn, type, revisionKey) =>
    {
        var revision = resources.FindRevision(revisionKey);
        // The registry lacks the state machine if it was deleted, or if the execution is a child execution of a map run.
        return (machines.Find(machineArn) ?? new StateMachineResource(machineArn, revision.Machine.Name, type, revision.UpdateDate, revision), revision);
    });

    private sealed class MemoryJournal(ExecutionRecord record) : IExecutionJournal
    {
        public void Append(HistoryEvent historyEvent) => record.Append(historyEvent);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class DurableJournal(ExecutionRecord record, StepFunctionsDatabase database) : IExecutionJournal
    {
        public void Append(HistoryEvent historyEvent)
        {
            record.Append(historyEvent);
            database.Write(InsertEvent, record.Arn, historyEvent.Id, HistoryEventCodec.Write(historyEvent));
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) => database.FlushAsync();
    }
}
