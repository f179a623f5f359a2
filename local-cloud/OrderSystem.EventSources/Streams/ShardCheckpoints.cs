using OrderSystem.EventSources.Checkpoints;

namespace OrderSystem.EventSources.Streams;

/// <summary>
/// Saves a shard's checkpoint, one save at a time, so that an older checkpoint never replaces a newer one. Lanes that
/// request a save while another save is in progress share the next save.
/// </summary>
internal sealed class ShardCheckpoints(ICheckpointStore store, string mappingId, ShardProgress progress) : IDisposable
{
    private readonly SemaphoreSlim _saving = new(1, 1);
    private long _saved = -1;

    public void Dispose() => _saving.Dispose();

    /// <summary>Saves a checkpoint that contains all changes made before the call.</summary>
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
