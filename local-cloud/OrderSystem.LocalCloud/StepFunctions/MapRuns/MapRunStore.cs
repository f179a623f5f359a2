using System.Collections.Concurrent;
using OrderSystem.LocalCloud.StepFunctions.Storage;

namespace OrderSystem.LocalCloud.StepFunctions.MapRuns;

/// <summary>
/// Stores the map runs. If there is a data folder, all map runs are on disk, and those that are running are also in
/// memory. Without a data folder, a map run stays in memory for as long as its execution does.
/// </summary>
internal sealed class MapRunStore(StepFunctionsDatabaseProvider provider)
{
    private const string Insert = "INSERT INTO map_runs (arn, execution, document) VALUES (?1, ?2, ?3) ON CONFLICT (arn) DO UPDATE SET document = excluded.document";
    private const string InsertItems = "UPDATE map_runs SET items = ?2 WHERE arn = ?1";

    private readonly ConcurrentDictionary<string, MapRunRecord> _byArn = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentStack<MapRunRecord>> _byExecution = new(StringComparer.Ordinal);

    private StepFunctionsDatabase? Database => provider.Database;

    public MapRunRecord? Find(string arn) => _byArn.GetValueOrDefault(arn) ?? (Read("arn", arn) is [var record] ? record : null);

    /// <summary>Returns the map runs of an execution, newest first.</summary>
    public IReadOnlyList<MapRunRecord> Of(string executionArn) => Database is null
        ? [.. _byExecution.GetValueOrDefault(executionArn) ?? []]
        : [.. Read("execution", executionArn).Select(record => _byArn.GetValueOrDefault(record.Arn) ?? record)];

    /// <summary>Adds a map run, or returns the existing map run with the same ARN.</summary>
    public MapRunRecord GetOrAdd(MapRunRecord record)
    {
        if (_byArn.TryGetValue(record.Arn, out var known))
            return known;
        if (Read("arn", record.Arn) is [var kept])
            return _byArn.GetOrAdd(record.Arn, kept);
        known = _byArn.GetOrAdd(record.Arn, record);
        if (!ReferenceEquals(known, record))
            return known;
        if (Database is null)
            _byExecution.GetOrAdd(record.ExecutionArn, static _ => new()).Push(record);
        Save(record);
        return record;
    }

    /// <summary>Saves a map run, without its items.</summary>
    public void Save(MapRunRecord record) => Database?.Write(Insert, record.Arn, record.ExecutionArn, MapRunDocument.Write(record));

    /// <summary>Saves the items that a map run has read.</summary>
    public void SaveItems(MapRunRecord record) => Database?.Write(InsertItems, record.Arn, MapRunDocument.WriteItems(record.Items!));

    /// <summary>If there is a data folder, saves a map run that has ended and removes it from memory.</summary>
    public void Ended(MapRunRecord record)
    {
        if (Database is null)
            return;
        record.Forget();
        Save(record);
        _byArn.TryRemove(record.Arn, out _);
    }

    /// <summary>Removes the map runs of an execution that was evicted from memory.</summary>
    public void Forget(string executionArn)
    {
        if (!_byExecution.TryRemove(executionArn, out var runs))
            return;
        foreach (var run in runs)
            _byArn.TryRemove(run.Arn, out _);
    }

    private IReadOnlyList<MapRunRecord> Read(string column, string value) => Database?.Read(
        $"SELECT document, items FROM map_runs WHERE {column} = ?1 ORDER BY sequence DESC",
        row => MapRunDocument.Read(row.GetBytes(0), row.IsNull(1) ? null : row.GetBytes(1)),
        value) ?? [];
}
