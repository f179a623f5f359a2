using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Saves a shard's checkpoint, one save at a time: an older one never lands on a newer one. Lanes that wait for a save share
/// the next.
/// </summary>
internal sealed class ShardCheckpoints(ICheckpointStore store, string mappingId, ShardProgress progress) : IDisposable
{
    private readonly SemaphoreSlim _saving = new(1, 1);
    private long _saved = -1;

    public void Dispose() => _saving.Dispose();

    /// <summary>Saves all that has changed before the call.</summary>
    public async Task SaveAsync(bool finished = false)
    {
        var wanted = progress.Version;
        await _saving.WaitAsync();
        try
        {
            if (_saved >= wanted && !finished)
                return;
            var (version, checkpoint) = progress.Snapshot(finished);
            await store.SaveAsync(mappingId, checkpoint);
            _saved = version;
        }
        finally
        {
            _saving.Release();
        }
    }
}
