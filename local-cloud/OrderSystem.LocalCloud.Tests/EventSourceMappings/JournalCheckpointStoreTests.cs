using OrderSystem.EventSources.Checkpoints;
using OrderSystem.LocalCloud.EventSourceMappings;
using OrderSystem.LocalCloud.TestSupport.Contracts;

namespace OrderSystem.LocalCloud.Tests.EventSourceMappings;

public sealed class JournalCheckpointStoreTests : DurableCheckpointStoreContract, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("order-system-");
    private readonly JournalCheckpointStore _checkpoints;

    public JournalCheckpointStoreTests() => _checkpoints = new JournalCheckpointStore(_folder.FullName);

    protected override ICheckpointStore Checkpoints => _checkpoints;

    public async ValueTask DisposeAsync()
    {
        await _checkpoints.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    protected override async Task<IReadOnlyList<ShardCheckpoint>?> LeftAsync(string mappingId)
    {
        using var remains = new Remains(_folder.FullName);
        await using var checkpoints = new JournalCheckpointStore(remains.Path);
        return await checkpoints.LoadAsync(mappingId, Cancellation);
    }
}
