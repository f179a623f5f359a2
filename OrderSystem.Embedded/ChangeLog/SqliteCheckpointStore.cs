using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrderSystem.Embedded.Storage;
using OrderSystem.EventSources.Checkpoints;
using OrderSystem.Sqlite.Sessions;

namespace OrderSystem.Embedded.ChangeLog;

/// <summary>
/// Stores the checkpoints of event source mappings in SQLite. Saving a checkpoint also deletes the changes that every
/// mapping has processed, so that only unprocessed changes remain in the change log.
/// </summary>
/// <param name="database">The database that holds the checkpoints.</param>
/// <param name="changes">Counts the unprocessed changes; null if no count is needed.</param>
public sealed class SqliteCheckpointStore(EmbeddedDatabase database, OrderChanges? changes = null) : ICheckpointStore
{
    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ShardCheckpoint>?> LoadAsync(string mappingId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(database.Read(session =>
            session.First("SELECT 1 FROM mappings WHERE id = ?1", row => row.GetInt32(0), mappingId) == 1
                ? session.Read("SELECT document FROM checkpoints WHERE mapping = ?1", row => JsonSerializer.Deserialize(row.GetBytes(0), CheckpointJson.Default.ShardCheckpoint)!, mappingId)
                : null));
    }

    /// <inheritdoc />
    public async Task SaveAsync(string mappingId, ShardCheckpoint checkpoint)
    {
        var gone = await database.WriteAsync(session =>
        {
            Save(session, mappingId, checkpoint);
            return session.Execute("DELETE FROM changes WHERE sequence <= (SELECT min(position) FROM checkpoints)");
        }, CancellationToken.None);
        changes?.DealtWith(gone);
    }

    /// <inheritdoc />
    public Task BeginAsync(string mappingId, IReadOnlyList<ShardCheckpoint> checkpoints) => database.WriteAsync(session =>
    {
        foreach (var checkpoint in checkpoints)
            Save(session, mappingId, checkpoint);
        return session.Execute("INSERT OR IGNORE INTO mappings (id) VALUES (?1)", mappingId);
    }, CancellationToken.None);

    /// <inheritdoc />
    public Task ForgetAsync(string mappingId, string shardId) => database.WriteAsync(
        session => session.Execute("DELETE FROM checkpoints WHERE mapping = ?1 AND shard = ?2", mappingId, shardId), CancellationToken.None);

    /// <inheritdoc />
    public Task DeleteAsync(string mappingId) => database.WriteAsync(session =>
    {
        session.Execute("DELETE FROM checkpoints WHERE mapping = ?1", mappingId);
        return session.Execute("DELETE FROM mappings WHERE id = ?1", mappingId);
    }, CancellationToken.None);

    private static void Save(Session session, string mappingId, ShardCheckpoint checkpoint) => session.Execute(
        "INSERT OR REPLACE INTO checkpoints (mapping, shard, position, document) VALUES (?1, ?2, ?3, ?4)",
        mappingId, checkpoint.ShardId, checkpoint.After is { } after ? long.Parse(after, CultureInfo.InvariantCulture) : 0L,
            JsonSerializer.SerializeToUtf8Bytes(checkpoint, CheckpointJson.Default.ShardCheckpoint));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ShardCheckpoint))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
